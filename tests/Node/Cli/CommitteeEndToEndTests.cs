using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Primitives;
using Dsdn.Genesis;
using Dsdn.Log.State;
using Dsdn.Modules;
using Dsdn.Modules.Committee;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;
using Dsdn.Sdk.Modules.Generated;
using Dsdn.Sdk.Rpc;
using Dsdn.Transfers.Network;

namespace Dsdn.Node.Tests.Cli;

/// <summary>The Committee module through a real node: the committee of genesis, an anchor from its transaction to its proof.</summary>
public sealed class CommitteeEndToEndTests(DevnetNode node) : IClassFixture<DevnetNode>
{
    private static readonly Hash256 CoreHash = Keccak.Hash([1]), StateRoot = Keccak.Hash([2]), DataRoot = Keccak.Hash([3]);

    [Fact]
    public async Task CommitteeIsThatOfTheGenesis()
    {
        using CliRun run = Connected();
        NetworkGenesis network = NetworkGenesis.Load("devnet");
        Committee expected = Assert.IsType<LogGenesis>(network.Log).FirstCommittee;
        await run.ExpectAsync(0, "committee show --json");
        Assert.Equal(expected.Hash.ToString(), run.Json.GetProperty("hash").GetString());
        Assert.Equal(network.Genesis.Block.Hash.ToString(), run.Json.GetProperty("seed").GetString());
        Assert.Equal((0UL, 1UL), (run.Json.GetProperty("epoch").GetUInt64(), run.Json.GetProperty("threshold").GetUInt64()));
        Assert.Equal(expected.GroupKey.ToString(), Assert.Single(run.Json.GetProperty("members").EnumerateArray()).GetProperty("key").GetString());
        byte[] key = new byte[32];
        Ed25519.PublicKey(Assert.IsType<byte[]>(network.PublicCommitteeSeed), key);
        Assert.Equal(expected.GroupKey, new Hash256(key));
        await run.ExpectAsync(0, "committee show --lang id");
        Assert.Contains("1 / 1", run.Out);
    }

    /// <summary>What an upload's certificate is checked against, by the real module and the real history.</summary>
    [Fact]
    public async Task ValidatorsOfCertificatesAreThoseOfTheChain()
    {
        using var rpc = new RpcClient(new Uri(node.Url));
        var known = new ChainValidatorSets(new ChainClient(rpc));
        Hash256 genesis = BlockHashes.Validators(Assert.IsType<LogGenesis>(NetworkGenesis.Load("devnet").Log).GenesisValidators);
        Assert.Equal(genesis, BlockHashes.Validators(Assert.IsType<ValidatorSet>(await known.FindAsync(genesis, default))));
        Assert.Null(await known.FindAsync(CoreHash, default));
    }

    [Fact]
    public async Task AnchorIsSentShownAndRefusedTwice()
    {
        using CliRun run = Connected();
        await run.ExpectAsync(1, "committee anchor --json");
        Assert.Equal("DSDN-E-COMMITTEE-NO-ANCHOR", run.Json.GetProperty("error").GetProperty("code").GetString());

        using Wallet wallet = Wallet.FromMnemonic(DevnetNode.Mnemonic);
        using Account account = wallet.Account(3);
        using var rpc = new RpcClient(new Uri(node.Url));
        var chain = new ChainClient(rpc);
        var modules = new ModuleClient(chain);
        StakingValidatorSetResult set = await modules.QueryAsync(StakingClient.ValidatorSet());
        ulong epoch = (await modules.QueryAsync(StakingClient.Epoch())).Number;
        ValidatorSet validators = new([.. set.Members.Select(member => new Validator(member.Operator, member.ConsensusKey.ToArray(), member.Power, member.Payout))]);
        LogAnchor anchor = new(GenesisTemplates.DevnetChainId, epoch, BlockHashes.Validators(validators), 12, CoreHash, StateRoot, 345, DataRoot);
        byte[] signature = new byte[64];
        Ed25519.Sign(anchor.Message, DevnetKeys.ConsensusSeed(0), signature);
        ModuleCall call = CommitteeClient.Anchor(anchor.Seq, anchor.CoreHash, anchor.StateRoot, anchor.DaHeight, anchor.DaDataRoot, [1], signature);
        Assert.Equal(CommitteeReader.AnchorCall(new AttestedAnchor(anchor, new byte[] { 1 }, [signature])), call.Data);
        ReceiptInfo receipt = await chain.SendAsync(await modules.PrepareAsync(call, account.Address), account, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.True(receipt.Succeeded);

        await run.ExpectAsync(0, "committee anchor --json");
        Assert.Equal((1UL, 12UL, 345UL), (run.Json.GetProperty("index").GetUInt64(), run.Json.GetProperty("seq").GetUInt64(), run.Json.GetProperty("daHeight").GetUInt64()));
        Assert.Equal(StateRoot.ToString(), run.Json.GetProperty("stateRoot").GetString());
        Assert.Equal(receipt.BlockNumber, run.Json.GetProperty("block").GetUInt64());
        Assert.Equal(run.Json.GetProperty("totalPower").GetUInt64(), run.Json.GetProperty("signedPower").GetUInt64());
        await run.ExpectAsync(0, "committee anchor 1");
        Assert.Contains(CoreHash.ToString(), run.Out);
        await run.ExpectAsync(1, "committee anchor 2 --lang id");
        Assert.Contains("Tidak ada jangkar 2", run.Error);
        await run.ExpectAsync(2, "committee anchor last");
        DsdnException again = await Assert.ThrowsAsync<DsdnException>(() => modules.PrepareAsync(call, account.Address));
        Assert.Equal("DSDN-E-COMMITTEE-ALREADY-ANCHORED", again.Error.Code);
    }

    [Fact]
    public async Task KeyOfACommitteeFitsAGenesis()
    {
        using CliRun run = Connected();
        run["DSDN_KEY_PASSWORD"] = "another good password";
        GenesisSpec spec = GenesisTemplates.Devnet();
        string member = spec.Validators[0].Operator.ToString();
        await run.ExpectAsync(2, "committee key --chain-id 17847");
        await run.ExpectAsync(0, $"committee key --validator {member} --chain-id 17847 --json");
        Assert.True(Hex.TryDecode(run.Json.GetProperty("proofOfPossession").GetString()!, out byte[]? proof));
        SpecCommittee made = new(spec.Validators[0].Operator, Hash256.Parse(run.Json.GetProperty("publicKey").GetString()!), proof);
        Assert.Empty(GenesisChecker.Check(SpecWriter.Canonical(spec with { Committee = made })).Errors);
        string file = run.Json.GetProperty("file").GetString()!;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        using NodeKey key = NodeKey.Open(file, NodeKey.CommitteeKind, "another good password");
        Assert.Equal(made.Key, key.PublicKey);
        await run.ExpectAsync(4, $"committee key --validator {member} --chain-id 17847"); // never overwritten
        Assert.DoesNotContain("another good password", run.Everything);
    }

    private CliRun Connected() => new() { ["DSDN_RPC"] = node.Url };
}
