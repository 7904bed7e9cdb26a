using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Proofs;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Reading;

/// <summary>Searches heights for commitments: what must be done after a submit of unknown outcome before another.</summary>
internal static class BlobFinder
{
    /// <param name="read">A height's reading.</param>
    public static async Task<FindOutcome> FindAsync(
        Func<ulong, Task<NamespaceReading>> read, IReadOnlyCollection<Hash256> commitments, ulong from, ulong to)
    {
        SortedSet<Hash256> sought = [.. commitments];
        Dictionary<Hash256, ulong> found = [];
        List<(ulong, DaFailure)> unknown = [];
        if (from == 0 || to < from || to - from >= FindOutcome.HeightsMax)
            return new FindOutcome(found, [], [(from, new DaFailure(DaCodes.Range, $"heights {from} to {to}: at most {FindOutcome.HeightsMax} from 1 on"))], 0);
        if (sought.Count == 0) return new FindOutcome(found, [], [], to);
        ulong height = from;
        for (; ; height++)
        {
            NamespaceReading reading = await read(height);
            if (reading is NamespaceReading.Unknown failed) unknown.Add((height, failed.Failure));
            if (reading is NamespaceReading.Present present)
            {
                foreach (VerifiedBlob blob in present.Blobs)
                    if (sought.Contains(blob.Commitment)) found.TryAdd(blob.Commitment, height);
            }
            if (height == to || found.Count == sought.Count || unknown.Count == FindOutcome.UnknownHeightsMax) break;
        }
        IReadOnlyList<Hash256> absent = unknown.Count == 0 && height == to ? [.. sought.Where(one => !found.ContainsKey(one))] : [];
        return new FindOutcome(found, absent, unknown, height);
    }
}
