namespace Dsdn.Chain.Log.Audits;

/// <summary>
/// Two answers of a node to one draw that show other bytes for the same leaf. A node checks what it reads before it signs, so one that made
/// an answer up is caught by any other that it gave (storage 3.4).
/// </summary>
public static class AnswerConflict
{
    /// <summary>Form, then both paths, then both signatures.</summary>
    /// <param name="verify">Of key, message and signature: the chain charges gas for it.</param>
    public static LogFault Check(SignedAnswer first, SignedAnswer second, Func<ReadOnlySpan<byte>, ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool> verify)
    {
        if (first.Heading.NodeId != second.Heading.NodeId || first.Heading.Epoch != second.Heading.Epoch || first.Heading.ChainId != second.Heading.ChainId) return LogFault.Binding;
        if (AuditAnswer.TryDecode(first.Answer, out AuditAnswer? left) is not LogFault.None and var broken) return broken;
        if (AuditAnswer.TryDecode(second.Answer, out AuditAnswer? right) is not LogFault.None and var alsoBroken) return alsoBroken;
        if (left?.Leaf is not { } one || right?.Leaf is not { } other) return LogFault.Value;
        if (left.Number != right.Number || left.ChunkId != right.ChunkId || left.Slot != right.Slot || one.Index != other.Index) return LogFault.Binding;
        if (one.Content.Span.SequenceEqual(other.Content.Span)) return LogFault.Value;
        if (!first.IsUnderRoot() || !second.IsUnderRoot()) return LogFault.Binding;
        return verify(first.Heading.NodeId.Span, first.Heading.Message, first.Signature.Span) && verify(second.Heading.NodeId.Span, second.Heading.Message, second.Signature.Span)
            ? LogFault.None
            : LogFault.Attestation;
    }
}
