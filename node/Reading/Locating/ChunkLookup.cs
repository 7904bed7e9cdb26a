using Dsdn.Chain.Primitives;

namespace Dsdn.Reading.Locating;

/// <summary>What the log says of a chunk id.</summary>
public enum ChunkState
{
    /// <summary>No agreement ever declared it, up to the batch that was looked at.</summary>
    Unknown = 0,

    Live = 1,

    /// <summary>It was declared, and no agreement has it any more.</summary>
    Deleted = 2,
}

/// <summary>The answer of a locator.</summary>
/// <param name="Seq">The batch after which it is true.</param>
/// <param name="Location">Null unless it is live.</param>
public sealed record ChunkLookup(Hash256 Id, ulong Seq, ChunkState State, ChunkLocation? Location);
