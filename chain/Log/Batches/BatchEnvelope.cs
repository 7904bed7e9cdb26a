using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Batches;

/// <summary>A batch as it is kept and sent: header, who voted, their votes, the group's signature, the author's, the body (rulings 40).</summary>
/// <param name="Voters">Bit i of byte i/8 stands for member i.</param>
/// <param name="Votes">64 bytes each, one a set bit, in index order.</param>
/// <param name="GroupSignature">64 bytes, Ed25519 under the group key.</param>
/// <param name="AuthorSignature">64 bytes, by the member that the header names.</param>
/// <param name="Body">As it stands in the envelope, compressed or not.</param>
public sealed record BatchEnvelope(
    BatchHeader Header, ReadOnlyMemory<byte> Voters, IReadOnlyList<ReadOnlyMemory<byte>> Votes, ReadOnlyMemory<byte> GroupSignature,
    ReadOnlyMemory<byte> AuthorSignature, ReadOnlyMemory<byte> Body)
{
    public Hash256 CommitHash => BatchMessages.CommitHash(Voters.Span, Votes);
}
