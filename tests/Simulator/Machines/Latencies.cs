using Dsdn.Consensus.Replica;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Machines;

/// <summary>How long things take on a machine, in microseconds.</summary>
internal sealed class Latencies(SeededRandom random, int slowest)
{
    /// <param name="slowest">Microseconds of the slowest execution of a block.</param>
    public ulong Execution(ReplicaEffect effect) => effect switch
    {
        ReplicaEffect.Build or ReplicaEffect.Execute or ReplicaEffect.ApplyBlock => (ulong)random.Between(slowest / 20, slowest),
        _ => (ulong)random.Between(100, 3_000),
    };

    /// <summary>From a transaction's arrival to its place in the pool.</summary>
    public ulong Admission => (ulong)random.Between(50, 500);

    /// <summary>A reply from the store.</summary>
    public ulong Serving => (ulong)random.Between(200, 4_000);
}
