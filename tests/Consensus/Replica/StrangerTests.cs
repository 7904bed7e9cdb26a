using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Sync;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Replica;

public sealed class StrangerTests
{
    private static readonly Hash256 Genesis = Keccak.Hash("genesis"u8);
    private static readonly ValidatorSet One = new([new Validator(Address.FromNumber(1), new byte[32], 10, Address.FromNumber(1))]);

    /// <summary>What a peer said may come after its link has ended; it must not take the place of one that is there.</summary>
    [Fact]
    public void MessagesOfPeersWhoseLinkHasEndedLeaveNothing()
    {
        var options = new ReplicaOptions { ChainId = 1, GenesisHash = Genesis, Sync = SyncOptions.Default with { PeersMax = 2 } };
        var replica = new ReplicaCore(options, new ChainMessageScheme(1, Genesis), new PeerId(Keccak.Hash("self"u8)));
        replica.Step(new ReplicaInput.Started(new ReplicaHead(0, Genesis, 1_000, null, new ValidatorSet([]), One, Genesis, Address.Zero, 0), [], 0, false, 2_000));
        for (byte i = 1; i <= 10; i++)
        {
            var peer = new PeerId(Keccak.Hash([i]));
            replica.Step(new ReplicaInput.PeerUp(peer, 2_000));
            replica.Step(new ReplicaInput.PeerGone(peer, 2_000));
            replica.Step(new ReplicaInput.Received(peer, new PeerMessage.Status(7, 1, 0, CoreStep.Propose, Address.Zero), 2_000));
        }
        Assert.Equal(0, replica.Tables.Single(table => table.Name == "block sync: peers").Items);
        Assert.Equal(0UL, replica.Progress.BestHeight);
    }
}
