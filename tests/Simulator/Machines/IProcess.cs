using Dsdn.Consensus;
using Dsdn.Consensus.Replica;

namespace Dsdn.Simulator.Machines;

/// <summary>What runs on a machine and is linked to others.</summary>
internal interface IProcess
{
    bool IsAlive { get; }

    ulong NowMs { get; }

    /// <summary>What peers can make grow.</summary>
    IEnumerable<TableSize> Tables { get; }

    /// <summary>Something from the network.</summary>
    void Post(ReplicaInput input);

    /// <summary>What this life does later; nothing if it has ended by then.</summary>
    void After(ulong microseconds, Action action);

    void Kill();
}
