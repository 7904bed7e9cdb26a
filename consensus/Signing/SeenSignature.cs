namespace Dsdn.Consensus.Signing;

/// <summary>A message with a right signature of this validator's key that came from elsewhere.</summary>
/// <param name="SignBytes">160 bytes.</param>
/// <param name="IsContradiction">This process signed another message at the same place.</param>
public sealed record SeenSignature(ulong Height, uint Round, SignStep Step, ReadOnlyMemory<byte> SignBytes, bool IsContradiction)
{
    /// <summary>
    /// Whether another machine made it, as the record of what this one signed can tell: it lies above the record, or at it with
    /// other bytes. Of what lies below the record nothing can be said, and an empty record says nothing of anything.
    /// </summary>
    public bool IsForeignTo(LastSign last)
    {
        if (IsContradiction) return true;
        if (last.Step == SignStep.None) return false;
        int order = last.CompareTo(Height, Round, Step);
        return order < 0 || (order == 0 && !SigningRules.IsMessage(last, SignBytes.Span));
    }
}
