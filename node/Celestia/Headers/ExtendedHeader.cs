using Dsdn.Celestia.Squares;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Headers;

/// <summary>What a light node keeps of a block: its header, who decided it, and the roots of its square.</summary>
public sealed class ExtendedHeader(CelestiaHeader header, CelestiaCommit commit, CelestiaValidators validators, DataAvailabilityHeader dah)
{
    public CelestiaHeader Header => header;

    public CelestiaCommit Commit => commit;

    public CelestiaValidators Validators => validators;

    public DataAvailabilityHeader Dah => dah;

    public ulong Height => header.Height;

    /// <summary>Computed once.</summary>
    public Hash256 Hash { get; } = header.Hash();
}
