using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Audits;

/// <summary>
/// One answer and that a node signed it: node 32 | epoch u64 | count u16 | answers root 32 | signature 64 | index u16 | u32 length, answer | count u8 of siblings 32.
/// </summary>
public sealed record SignedAnswer(AnswerHeading Heading, ReadOnlyMemory<byte> Signature, ushort Index, ReadOnlyMemory<byte> Answer, IReadOnlyList<Hash256> Path)
{
    private const int SiblingsMax = 16;

    /// <summary>Under the root that the heading names; the signature over the heading is the caller's to check.</summary>
    public bool IsUnderRoot() =>
        Index < Heading.Count && Sha256Tree.TryRoot(Sha256Tree.Leaf(Answer.Span), Index, Heading.Count, [.. Path], out Hash256 root) && root == Heading.AnswersRoot;

    public byte[] Encode()
    {
        LogWriter writer = new LogWriter(4_096).Hash(Heading.NodeId).U64(Heading.Epoch).U16(Heading.Count).Hash(Heading.AnswersRoot)
            .Fixed(Signature.Span, Ed25519.SignatureSize).U16(Index).Prefixed(Answer.Span).U8(checked((byte)Path.Count));
        foreach (Hash256 sibling in Path) writer.Hash(sibling);
        return writer.ToArray();
    }

    /// <param name="answer">Null where it is refused.</param>
    public static LogFault TryDecode(ulong chainId, ReadOnlyMemory<byte> bytes, out SignedAnswer? answer)
    {
        LogReader reader = new(bytes);
        Hash256 node = reader.Hash();
        ulong epoch = reader.U64();
        ushort count = reader.U16();
        Hash256 root = reader.Hash();
        ReadOnlyMemory<byte> signature = reader.Bytes(Ed25519.SignatureSize);
        ushort index = reader.U16();
        ReadOnlyMemory<byte> encoded = reader.Prefixed(AuditAnswer.BytesMax);
        Hash256[] path = new Hash256[reader.Count8(SiblingsMax, Hash256.Size)];
        for (int i = 0; i < path.Length; i++) path[i] = reader.Hash();
        LogFault fault = reader.End();
        answer = fault == LogFault.None ? new SignedAnswer(new AnswerHeading(chainId, node, epoch, count, root), signature, index, encoded, path) : null;
        return fault;
    }
}
