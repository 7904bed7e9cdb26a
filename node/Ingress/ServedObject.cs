using Dsdn.Chain.Primitives;

namespace Dsdn.Ingress;

/// <summary>What is served under a name: the bytes of a chunk, or of all chunks of a public object.</summary>
/// <param name="ETag">With its quotes. Strong: the name says what the bytes are.</param>
/// <param name="IsPublic">Its content type was given by who uploaded it.</param>
/// <param name="Seq">The batch after which it was found.</param>
/// <param name="Parts">In order; none is empty.</param>
internal sealed record ServedObject(string ETag, string ContentType, bool IsPublic, long LengthBytes, ulong Seq, IReadOnlyList<ServedPart> Parts);

/// <param name="Offset">In the object.</param>
internal readonly record struct ServedPart(Hash256 ChunkId, long Offset, long LengthBytes);
