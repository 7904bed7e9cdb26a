namespace Dsdn.Log.Following;

/// <summary>What a follower keeps of batches that it cannot apply yet.</summary>
/// <param name="AheadSeqsMax">Batches farther ahead than this are not kept.</param>
/// <param name="EnvelopesMax">Kept at a time.</param>
/// <param name="BytesMax">Of all envelopes that are kept.</param>
public sealed record FollowerLimits(ulong AheadSeqsMax = 4_096, int EnvelopesMax = 1_024, long BytesMax = 64L << 20)
{
    public static readonly FollowerLimits Default = new();
}
