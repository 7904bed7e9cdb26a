namespace Dsdn.Chain.Log.Audits;

/// <summary>
/// Two answers of a node to one draw that show other bytes for the same leaf. A node checks what it reads before it signs, so one that made
/// an answer up is caught by any other that it gave (storage 3.4).
/// </summary>
public static class AnswerConflict
{
    /// <summary>A pair of answers that contradict each other; null where there is none. Signatures and paths are <see cref="Check"/>'s question.</summary>
    /// <param name="second">May be the first: a sheet can contradict itself.</param>
    public static (SignedAnswer First, SignedAnswer Second)? Find(AnswerSheet first, AnswerSheet second)
    {
        if (first.Heading.NodeId != second.Heading.NodeId || first.Heading.Epoch != second.Heading.Epoch) return null;
        for (int i = 0; i < first.Answers.Count; i++)
            for (int k = 0; k < second.Answers.Count; k++)
                if (IsOneLeaf(first.Answers[i], second.Answers[k]) && !Content(first.Answers[i]).SequenceEqual(Content(second.Answers[k]))) return (first.Extract(i), second.Extract(k));
        return null;
    }

    /// <summary>Form, then both paths, then both signatures.</summary>
    /// <param name="verify">Of key, message and signature: the chain charges gas for it.</param>
    public static LogFault Check(SignedAnswer first, SignedAnswer second, Func<ReadOnlySpan<byte>, ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool> verify)
    {
        if (first.Heading.NodeId != second.Heading.NodeId || first.Heading.Epoch != second.Heading.Epoch || first.Heading.ChainId != second.Heading.ChainId) return LogFault.Binding;
        if (AuditAnswer.TryDecode(first.Answer, out AuditAnswer? left) is not LogFault.None and var broken) return broken;
        if (AuditAnswer.TryDecode(second.Answer, out AuditAnswer? right) is not LogFault.None and var alsoBroken) return alsoBroken;
        if (left?.Leaf is null || right?.Leaf is null) return LogFault.Value;
        if (!IsOneLeaf(left, right)) return LogFault.Binding;
        if (Content(left).SequenceEqual(Content(right))) return LogFault.Value;
        if (!first.IsUnderRoot() || !second.IsUnderRoot()) return LogFault.Binding;
        return verify(first.Heading.NodeId.Span, first.Heading.Message, first.Signature.Span) && verify(second.Heading.NodeId.Span, second.Heading.Message, second.Signature.Span)
            ? LogFault.None
            : LogFault.Attestation;
    }

    /// <summary>To have lost it is no lie: both show something.</summary>
    private static bool IsOneLeaf(AuditAnswer left, AuditAnswer right) =>
        left.Leaf is not null && right.Leaf is not null && left.Number == right.Number && left.Leaf.Index == right.Leaf.Index && left.Slot == right.Slot && left.ChunkId == right.ChunkId;

    private static ReadOnlySpan<byte> Content(AuditAnswer answer) => answer.Leaf is { } leaf ? leaf.Content.Span : default;
}
