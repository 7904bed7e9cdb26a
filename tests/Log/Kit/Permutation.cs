using Dsdn.Chain.Execution;
using Dsdn.Log.Following;
using Dsdn.Log.State;

namespace Dsdn.Log.Tests.Kit;

/// <summary>
/// Delivers a log's batches over three tiers, from a seed: each batch lies on some of them, and copies arrive shuffled, doubled, late, and beside forged
/// ones. What was not kept is asked for again. The follower must end where the log's author did.
/// </summary>
internal static class Permutation
{
    private const int Tiers = 3;

    /// <returns>What is wrong; null where nothing is.</returns>
    public static string? Run(SampleLog log, int seed)
    {
        Random random = new(seed);
        FollowerLimits limits = new(AheadSeqsMax: (ulong)random.Next(3, 100), EnvelopesMax: random.Next(2, 40), UnjudgedMax: 2);
        LogFollower follower = new(new LogState(log.Genesis, Sequential.Instance, (ulong)seed), limits, LogCheck.Full);
        PriorityQueue<byte[], int> arriving = new();
        for (int i = 0; i < log.Envelopes.Count; i++)
        {
            int tiers = random.Next(1, 1 << Tiers);
            for (int tier = 0; tier < Tiers; tier++)
                if ((tiers & (1 << tier)) != 0) arriving.Enqueue(log.Envelopes[i], i + (tier * random.Next(20)) + random.Next(15));
        }
        int offers = 0;
        while (follower.State.Seq < (ulong)log.Envelopes.Count)
        {
            if (++offers > 200 * log.Envelopes.Count) return $"seed {seed}: stuck at batch {follower.State.Seq}";
            if (!arriving.TryDequeue(out byte[]? envelope, out _))
            {
                IReadOnlyList<SeqRange> missing = follower.Missing((ulong)log.Envelopes.Count, 4);
                if (missing.Count == 0) return $"seed {seed}: nothing is missing at batch {follower.State.Seq}";
                foreach (SeqRange range in missing) arriving.Enqueue(log.Envelopes[(int)range.From - 1], random.Next(4));
                continue;
            }
            if (random.Next(10) == 0) follower.Offer(Forged(random, envelope));
            ulong before = follower.State.Seq;
            OfferResult result = follower.Offer(envelope);
            if (result.Outcome == OfferOutcome.Refused) return $"seed {seed}: {result.Verdict.Code} {result.Verdict.Detail}";
            foreach (AppliedBatch applied in result.Applied)
                if (applied.Seq != ++before) return $"seed {seed}: batch {applied.Seq} where {before} belongs";
            if (random.Next(40) == 0) follower.State.Roots();
        }
        LogRoots own = log.State.Roots(), reached = follower.State.Roots();
        return own == reached ? null : $"seed {seed}: root {reached.State}, expected {own.State}";
    }

    private static byte[] Forged(Random random, byte[] envelope)
    {
        byte[] copy = [.. envelope];
        copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
        return copy;
    }
}
