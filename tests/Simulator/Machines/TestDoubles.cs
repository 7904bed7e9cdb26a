using Dsdn.Consensus.Tendermint;
using Dsdn.Consensus.Wal;

namespace Dsdn.Simulator.Machines;

/// <summary>What of a node a run replaces: by default nothing; the mutation runs put broken parts here and expect to be told.</summary>
internal sealed record TestDoubles
{
    public static readonly TestDoubles None = new();

    /// <summary>Around the log's device.</summary>
    public Func<IWalDevice, IWalDevice> Device { get; init; } = static device => device;

    /// <summary>Around the consensus core.</summary>
    public Func<IConsensusCore, IConsensusCore> Core { get; init; } = static core => core;

    public bool ChecksCertificates { get; init; } = true;

    /// <summary>The signer refuses prevotes against its last precommit.</summary>
    public bool SignerKeepsLock { get; init; } = true;

    /// <summary>The signer keeps its record.</summary>
    public bool HasSignRecord { get; init; } = true;
}
