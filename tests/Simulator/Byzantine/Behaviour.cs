using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Faults;
using Dsdn.Simulator.Machines;
using Dsdn.Simulator.Network;

namespace Dsdn.Simulator.Byzantine;

/// <summary>
/// What a liar does to an otherwise running node: its key signs anything, and what the node says passes through here on its
/// way to each peer.
/// </summary>
internal abstract class Behaviour
{
    private World? _world;
    private Machine? _machine;
    private SeededRandom? _random;

    protected World World => _world ?? throw new InvalidOperationException("not attached");

    protected Machine Machine => _machine ?? throw new InvalidOperationException("not attached");

    protected SeededRandom Random => _random ?? throw new InvalidOperationException("not attached");

    public void Attach(World world, Machine machine, SeededRandom random) => (_world, _machine, _random) = (world, machine, random);

    /// <summary>Instead of the message: nothing, others, or itself.</summary>
    public virtual IEnumerable<WireMessage> Sending(Machine to, PeerMessage message, WireMessage wire) => [wire];

    /// <summary>What its own proposal is built from.</summary>
    public virtual BuildRequest Building(BuildRequest request) => request;

    /// <summary>The block that is proposed in place of the one that was built.</summary>
    public virtual Block Built(BuildRequest request, Block block, IExecution execution) => block;

    /// <summary>Now and then.</summary>
    public virtual void Idle()
    {
    }

    protected bool IsOwn(Vote vote) => vote.Voter == Machine.Operator;

    protected Vote Sign(Vote vote) => vote with { Signature = Sign(World.Scheme.SignBytes(vote)) };

    protected Proposal Sign(Proposal proposal) => proposal with { Signature = Sign(World.Scheme.SignBytes(proposal)) };

    protected void Send(Machine to, PeerMessage message) => World.Links.Send(Machine, to, new WireMessage(message));

    protected void Count(Fault fault) => World.Faults.Count(fault);

    private byte[] Sign(byte[] message)
    {
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(message, Machine.ConsensusSeed, signature);
        return signature;
    }
}
