namespace Dsdn.Log.Following;

/// <summary>What a follower keeps of batches that it cannot apply yet.</summary>
/// <param name="AheadSeqsMax">Batches farther ahead than this are not kept.</param>
/// <param name="EnvelopesMax">Kept at a time; the farthest give way to nearer ones.</param>
/// <param name="BytesMax">Of all envelopes that are kept.</param>
/// <param name="UnjudgedMax">Of committees that the state does not know yet, kept at a time; the oldest give way.</param>
public sealed record FollowerLimits(ulong AheadSeqsMax = 4_096, int EnvelopesMax = 1_024, long BytesMax = 64L << 20, int UnjudgedMax = 8)
{
    public static readonly FollowerLimits Default = new();
}
