using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Genesis;
using Dsdn.Grpc;
using Dsdn.Host.Networks;
using Dsdn.Node.Tests.Cli;
using Dsdn.Services.Batches;

namespace Dsdn.Node.Tests.Networks;

/// <summary>From the command line to the chain, by the feed into the log of a whole network, and back as what a coordinator takes and refuses.</summary>
public sealed class AgreementsOfANetworkTests : IDisposable
{
    private const int Alice = 0, Mallory = 1, Phone = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-agree-").FullName;
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(120));
    private ulong _counter;

    [Fact]
    public async Task CoordinatorTakesWhatTheChainsAgreementsAllowAndNothingElse()
    {
        DevelopmentNetwork network = DevelopmentNetwork.Open(Path.Combine(_folder, "dev"), 1, 0, 0, "250");
        await using NetworkInProcess running = await NetworkInProcess.StartAsync(network, [new("log-level", "error")], hasServices: true, _patience.Token);
        NetworkGenesis genesis = NetworkGenesis.Load("devnet");
        using var identity = new NodeIdentity(RandomNumberGenerator.GetBytes(32));
        using var client = new LogClient(LogAddress.Parse(network.Services.LogSource)!, identity, new ChainIdentity(genesis.Genesis.ChainId, genesis.Genesis.Block.Hash), TimeProvider.System);
        using var run = new CliRun();
        run["DSDN_RPC"] = network.Endpoints[0].RpcUrl;
        run["DSDN_PASSWORD"] = CliRun.Password;
        await run.ExpectAsync(0, $"keys import alice --index {Alice}", DevnetNode.Mnemonic);

        await run.ExpectAsync(0, "agreement open 1000 --for 1d --yes --json");
        Hash256 agreement = Hash256.Parse(run.Json.GetProperty("agreement").GetString()!);
        await run.ExpectAsync(0, "agreement open 1000 --for 10s --yes --json");
        Hash256 brief = Hash256.Parse(run.Json.GetProperty("agreement").GetString()!);

        // Nothing is stored yet, so a deletion by whom it is up to finds nothing.
        Assert.Equal("DSDN-E-LOG-NOTHING-TO-DELETE", await UntilAsync(client, Alice, Delete(agreement), "DSDN-E-LOG-AGREEMENT-UNKNOWN"));
        Assert.Equal("DSDN-E-LOG-AGREEMENT-UNKNOWN", await SubmitAsync(client, Alice, Use(new Hash256(RandomNumberGenerator.GetBytes(32)), 1)));
        Assert.Equal("DSDN-E-LOG-NOT-OWNER", await SubmitAsync(client, Mallory, Use(agreement, 1)));
        Assert.Equal("DSDN-E-LOG-QUOTA-EXCEEDED", await SubmitAsync(client, Alice, Use(agreement, 1_001)));
        Assert.Contains(await SubmitAsync(client, Alice, Use(agreement, 1_000)), (string?[])[null, "DSDN-E-LOG-PLACES-TOO-FEW"]); // the quota is there; nodes may not be
        Assert.Equal("DSDN-E-LOG-AGREEMENT-ENDED", await UntilAsync(client, Alice, Use(brief, 1), null, "DSDN-E-LOG-PLACES-TOO-FEW", "DSDN-E-LOG-AGREEMENT-UNKNOWN"));

        Assert.Equal("DSDN-E-LOG-SESSION-UNKNOWN", await SubmitAsync(client, Phone, Delete(agreement), AuthorType.Session));
        await run.ExpectAsync(0, $"agreement session add {AddressOf(Phone)} --scope delete --for 1d --yes");
        Assert.Equal("DSDN-E-LOG-NOTHING-TO-DELETE", await UntilAsync(client, Phone, Delete(agreement), AuthorType.Session, "DSDN-E-LOG-SESSION-UNKNOWN"));
        Assert.Equal("DSDN-E-LOG-SESSION-SCOPE", await SubmitAsync(client, Phone, Use(agreement, 1), AuthorType.Session));
    }

    public void Dispose()
    {
        _patience.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<string?> UntilAsync(LogClient client, int account, OwnerBody body, params string?[] whileCodes) => UntilAsync(client, account, body, AuthorType.Account, whileCodes);

    /// <summary>Asked again until the log has taken over what it waits for.</summary>
    private async Task<string?> UntilAsync(LogClient client, int account, OwnerBody body, AuthorType type, params string?[] whileCodes)
    {
        while (true)
        {
            string? code = await SubmitAsync(client, account, body, type);
            if (!whileCodes.Contains(code)) return code;
            await Task.Delay(200, _patience.Token);
        }
    }

    /// <summary>The code of the refusal; null where it was taken.</summary>
    private async Task<string?> SubmitAsync(LogClient client, int account, OwnerBody body, AuthorType type = AuthorType.Account)
    {
        byte[] key = DevnetKeys.PrivateKey(account), signature = new byte[65];
        ulong validUntilMs = (ulong)DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeMilliseconds(), nonce = AuthorNonce.Of((ushort)(7 + account), ++_counter).Value;
        Assert.True(Secp256k1.TrySign(EventSignature.OwnerDigest(GenesisTemplates.DevnetChainId, type, body, nonce, validUntilMs), key, signature, out byte parity));
        signature[64] = (byte)(27 + parity);
        byte[] encoded = EventCodec.Encode(new LogEvent
        {
            ChainId = GenesisTemplates.DevnetChainId, Kind = body.Kind, AuthorType = type, Author = AuthorAddress.Of(AddressOf(account)), Nonce = nonce, ValidUntilMs = validUntilMs,
            Body = body.Encode(), Signature = signature,
        });
        try
        {
            await client.SubmitAsync(encoded, _patience.Token);
            return null;
        }
        catch (GrpcException refused) when (refused.Trailers.TryGet(LogMethods.CodeTrailer, out string? code))
        {
            return code;
        }
    }

    private static AgreementUse Use(Hash256 agreement, ulong length) =>
        new(agreement, new Hash256(RandomNumberGenerator.GetBytes(32)), ChunkCoding.Replicas, [new ReservedChunk(new Hash256(RandomNumberGenerator.GetBytes(32)), length)]);

    private static DeleteRequested Delete(Hash256 agreement) => new(agreement, DeleteScope.Chunks, [new Hash256(RandomNumberGenerator.GetBytes(32))]);

    private static Address AddressOf(int account) => DevnetKeys.Account(account);
}
