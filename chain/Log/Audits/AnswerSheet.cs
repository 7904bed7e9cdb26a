using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Audits;

/// <summary>What a node signs of all its answers: tag | H(tag | chain id u64 | node 32 | epoch u64 | count u16 | answers root 32).</summary>
public readonly record struct AnswerHeading(ulong ChainId, Hash256 NodeId, ulong Epoch, ushort Count, Hash256 AnswersRoot)
{
    public byte[] Message
    {
        get
        {
            Hash256 id = LogTag.Hash(LogDomain.AuditAnswers, new LogWriter(128).U64(ChainId).Hash(NodeId).U64(Epoch).U16(Count).Hash(AnswersRoot).Written);
            return LogTag.Message(LogDomain.AuditAnswers, id.Span);
        }
    }
}

/// <summary>
/// All answers of a node to an audit, in the order of the draws, with its signature: node 32 | epoch u64 | count u16 of u32 length, answer | signature 64.
/// The root is the tree of RFC 6962 over the encoded answers. It is what is kept for seven days and served by that root.
/// </summary>
public sealed class AnswerSheet
{
    private readonly byte[][] _encoded;

    private AnswerSheet(AnswerHeading heading, AuditAnswer[] answers, byte[][] encoded, ReadOnlyMemory<byte> signature) =>
        (Heading, Answers, _encoded, Signature) = (heading, answers, encoded, signature);

    /// <summary>Of a sheet with the most answers.</summary>
    public const int BytesMax = 32 + 8 + 2 + (LogLimits.AuditDrawsMax * (4 + AuditAnswer.BytesMax)) + Ed25519.SignatureSize;

    public AnswerHeading Heading { get; }

    public IReadOnlyList<AuditAnswer> Answers { get; }

    public ReadOnlyMemory<byte> Signature { get; }

    /// <param name="answers">At least one, in the order of the draws.</param>
    /// <param name="sign">By the node's key.</param>
    public static AnswerSheet Seal(ulong chainId, in Hash256 node, ulong epoch, IReadOnlyList<AuditAnswer> answers, Func<byte[], byte[]> sign)
    {
        byte[][] encoded = [.. answers.Select(static answer => answer.Encode())];
        AnswerHeading heading = new(chainId, node, epoch, checked((ushort)answers.Count), Sha256Tree.Root(Leaves(encoded)));
        return new AnswerSheet(heading, [.. answers], encoded, sign(heading.Message));
    }

    public bool IsSigned() => Ed25519.Verify(Heading.Message, Signature.Span, Heading.NodeId.Span);

    public byte[] Encode()
    {
        LogWriter writer = new LogWriter(1 << 16).Hash(Heading.NodeId).U64(Heading.Epoch).U16(Heading.Count);
        foreach (byte[] answer in _encoded) writer.Prefixed(answer);
        return writer.Fixed(Signature.Span, Ed25519.SignatureSize).ToArray();
    }

    /// <summary>Form only: the signature is <see cref="IsSigned"/>'s question, the leaves are the auditor's.</summary>
    /// <param name="sheet">Null where it is refused.</param>
    public static LogFault TryDecode(ulong chainId, ReadOnlyMemory<byte> bytes, out AnswerSheet? sheet)
    {
        sheet = null;
        LogReader reader = new(bytes);
        Hash256 node = reader.Hash();
        ulong epoch = reader.U64();
        int count = reader.Count16(LogLimits.AuditDrawsMax, 4 + AuditAnswer.BytesMin);
        if (count == 0) reader.Fail(LogFault.Value);
        AuditAnswer[] answers = new AuditAnswer[count];
        byte[][] encoded = new byte[count][];
        for (int i = 0; i < count; i++)
        {
            ReadOnlyMemory<byte> answer = reader.Prefixed(AuditAnswer.BytesMax);
            if (reader.Fault != LogFault.None) return reader.Fault;
            LogFault broken = AuditAnswer.TryDecode(answer, out AuditAnswer? read);
            if (read is null) return broken;
            (answers[i], encoded[i]) = (read, answer.ToArray());
        }
        ReadOnlyMemory<byte> signature = reader.Bytes(Ed25519.SignatureSize);
        if (reader.End() is not LogFault.None and var fault) return fault;
        sheet = new AnswerSheet(new AnswerHeading(chainId, node, epoch, (ushort)count, Sha256Tree.Root(Leaves(encoded))), answers, encoded, signature);
        return LogFault.None;
    }

    /// <summary>One answer with what leads from it to the signature.</summary>
    public SignedAnswer Extract(int index) => new(Heading, Signature, (ushort)index, _encoded[index], Sha256Tree.Proof(Leaves(_encoded), index));

    private static Hash256[] Leaves(byte[][] encoded) => [.. encoded.Select(static answer => Sha256Tree.Leaf(answer))];
}
