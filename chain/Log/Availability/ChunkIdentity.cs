using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Availability;

/// <summary>What bytes are known by: their SHA-256, their <see cref="ChunkRoot"/>, their number.</summary>
/// <param name="Digest">Of a whole chunk it is the chunk id.</param>
public readonly record struct ChunkIdentity(Hash256 Digest, Hash256 Root, ulong LengthBytes);
