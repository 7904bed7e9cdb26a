using System.Globalization;
using System.Text.Json;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network;
using Dsdn.Consensus.Network.Addresses;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;
using Dsdn.Genesis;
using Dsdn.Host.Networks;
using Dsdn.Node.Configuration;
using Dsdn.Node.Tests.Cli;
using Dsdn.Sdk.Proofs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Node.Tests.Networks;

/// <summary>Real validators and a follower over real sockets; somebody tells the follower alone what a validator signed.</summary>
public sealed class EvidenceGossipTests : IDisposable
{
    private const int Offender = 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-evidence-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task WhatOnlyAFollowerKnowsIsPunishedByOtherProposersAndAForgeryBansItsSender()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        DevelopmentNetwork network = DevelopmentNetwork.Open(Path.Combine(_folder, "dev"), 4, 0, 0, "100", zones: 0);
        await using NetworkInProcess running = await NetworkInProcess.StartAsync(network, [new("log-level", "error")], hasServices: false, CancellationToken.None);
        int port = Endpoints.AssignHere(1, 0, 0)[0].P2pPort;
        NodeOptions options = new()
        {
            Network = Path.Combine(network.Homes[0].Path, HomeFolder.GenesisName), DataFolder = Path.Combine(_folder, "follower"), RpcPort = 0, Follow = true, P2p = ("127.0.0.1", port),
            Peers = [.. network.Endpoints.Select((endpoint, i) => $"{network.NodeIds[i]}@{endpoint.P2pDial}")],
        };
        await using ValidatorNode follower = await ValidatorNode.StartAsync(options, NullLoggerFactory.Instance);
        await UntilAsync(() => follower.Height >= 3, cancel);
        using var run = new CliRun { ["DSDN_RPC"] = network.Endpoints[0].RpcUrl };
        Hash256 genesis = await BlockHashAsync(run, 0);
        using var identity = new NodeIdentity(NodeKeyFile.OpenOrCreate(Path.Combine(options.DataFolder, "node.key")));
        var chain = new ChainIdentity(network.ChainId, genesis);
        var address = new PeerEndpoint("127.0.0.1", (ushort)port, identity.Id);

        // Signed by another key: nobody is punished but who sent it.
        await using (var liar = await Teller.LinkAsync(chain, address, cancel))
        {
            liar.Tell(TwoVotes(network.ChainId, genesis, DevnetKeys.Operator(1), DevnetKeys.ConsensusSeed(2)));
            await liar.Gone.WaitAsync(cancel);
        }
        await using Teller witness = await Teller.LinkAsync(chain, address, cancel);
        witness.Tell(TwoVotes(network.ChainId, genesis, DevnetKeys.Operator(Offender), DevnetKeys.ConsensusSeed(Offender)));

        while (!await IsPunishedAsync(run, Offender)) await Task.Delay(100, cancel); // the run's own limit ends a test that hangs
        Assert.False(await IsPunishedAsync(run, 1));
        await run.ExpectAsync(0, $"call slashing punishment {DevnetKeys.Operator(Offender)} --json");
        JsonElement punishment = run.Json.GetProperty("result").GetProperty("punishment");
        Assert.True(punishment.GetProperty("jailed").GetBoolean());
        Assert.NotEqual("0", punishment.GetProperty("taken").GetString());
        ulong after = follower.Height;
        await UntilAsync(() => follower.Height >= after + 2, cancel); // three go on
        Assert.False(witness.Gone.IsCompleted); // no blame for what was right
        witness.Tell(TwoVotes(network.ChainId, genesis, DevnetKeys.Operator(Offender), DevnetKeys.ConsensusSeed(Offender))); // again, after a block took it
        await UntilAsync(() => follower.Height >= after + 6, cancel);
        Assert.False(witness.Gone.IsCompleted);
    }

    /// <summary>No node saw both votes: one side's file has one, the other's the other.</summary>
    [Fact]
    public async Task WhatAnAuditOfSeveralNodesVotesFindsIsPunished()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        DevelopmentNetwork network = DevelopmentNetwork.Open(Path.Combine(_folder, "dev"), 4, 0, 0, "100", zones: 0);
        await using NetworkInProcess running = await NetworkInProcess.StartAsync(network, [new("log-level", "error")], hasServices: false, CancellationToken.None);
        using var run = new CliRun { ["DSDN_RPC"] = network.Endpoints[0].RpcUrl };
        string mine = Path.Combine(_folder, "mine.json"), theirs = Path.Combine(_folder, "theirs.json");
        while (await run.RunAsync(["verify", "votes", "--at", "2", "--json"]) != 0) await Task.Delay(100, cancel);
        await run.ExpectAsync(0, $"verify votes --at 2 --save {mine} --json");
        Assert.InRange(run.Json.GetProperty("votes").GetInt32(), 6, 16); // three of four of each kind decide
        Assert.Empty(run.Json.GetProperty("contradictions").EnumerateArray());
        Assert.False(run.Json.GetProperty("disagreement").GetBoolean());

        Hash256 genesis = await BlockHashAsync(run, 0);
        var item = (EvidenceItem.DuplicateVote)TwoVotes(network.ChainId, genesis, DevnetKeys.Operator(Offender), DevnetKeys.ConsensusSeed(Offender));
        ProofBundle bundle = ProofBundle.Parse(await File.ReadAllTextAsync(mine, cancel));
        await File.WriteAllTextAsync(mine + "1", (bundle with { Votes = [.. bundle.Votes ?? [], item.First] }).ToJson(), cancel);
        await File.WriteAllTextAsync(theirs, (bundle with { Votes = [item.Second] }).ToJson(), cancel);
        await run.ExpectAsync(0, $"verify votes --bundle {mine}1 --also {theirs} --submit --json");
        JsonElement found = Assert.Single(run.Json.GetProperty("contradictions").EnumerateArray());
        Assert.Equal(DevnetKeys.Operator(Offender).ToString(), found.GetProperty("validator").GetString(), ignoreCase: true);
        while (!await IsPunishedAsync(run, Offender)) await Task.Delay(100, cancel);
    }

    private static async Task<bool> IsPunishedAsync(CliRun run, int validator)
    {
        await run.ExpectAsync(0, $"call slashing isPunished {DevnetKeys.Operator(validator)} --json");
        return run.Out.Contains("true", StringComparison.Ordinal);
    }

    private static async Task<Hash256> BlockHashAsync(CliRun run, ulong number)
    {
        await run.ExpectAsync(0, string.Create(CultureInfo.InvariantCulture, $"block {number} --json"));
        return Hash256.Parse(run.Json.GetProperty("hash").GetString() ?? "");
    }

    private static EvidenceItem TwoVotes(ulong chainId, Hash256 genesisHash, Address accused, byte[] seed)
    {
        return EvidenceItem.Of(Vote(1), Vote(2)) ?? throw new InvalidOperationException("no contradiction");

        SignedVote Vote(byte block)
        {
            var vote = new SignedVote(VoteKind.Precommit, 2, 0, Keccak.Hash([block]), -1, accused, default);
            byte[] signature = new byte[Ed25519.SignatureSize];
            Ed25519.Sign(vote.Message(chainId, genesisHash), seed, signature);
            return vote with { Signature = signature };
        }
    }

    private static async Task UntilAsync(Func<bool> holds, CancellationToken cancel)
    {
        while (!holds()) await Task.Delay(50, cancel);
    }

    /// <summary>A peer of the follower only, that follows nothing itself.</summary>
    private sealed class Teller : IPeerObserver, IAsyncDisposable
    {
        private readonly TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously), _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly PeerId _to;
        private readonly PeerNetwork _network;

        private Teller(NodeIdentity identity, ChainIdentity chain, PeerEndpoint follower)
        {
            _to = follower.Id ?? throw new ArgumentException("without an id");
            var options = new PeerNetworkOptions { Persistent = [follower], AllowPrivateAddresses = true, OutboundPeersTarget = 0, ExchangesAddresses = false };
            _network = new PeerNetwork(identity, chain, options, this);
        }

        public Task Gone => _gone.Task;

        public static async Task<Teller> LinkAsync(ChainIdentity chain, PeerEndpoint follower, CancellationToken cancel)
        {
            var teller = new Teller(NodeIdentity.Create(), chain, follower);
            await teller._network.StartAsync(cancel);
            await teller._up.Task.WaitAsync(cancel);
            return teller;
        }

        public void Tell(EvidenceItem item)
        {
            var message = new PeerMessage.Evidence([item]);
            Assert.Equal(SendResult.Queued, _network.Send(_to, PeerMessageCodec.Lane(message), PeerMessageCodec.Encode(message)));
        }

        public void PeerUp(PeerId peer) => _up.TrySetResult();

        public void PeerGone(PeerId peer) => _gone.TrySetResult();

        public ValueTask Message(PeerId peer, PeerLane lane, ReadOnlyMemory<byte> message) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => _network.DisposeAsync();
    }
}
