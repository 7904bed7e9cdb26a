using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Shares;
using Dsdn.CelestiaClient.Headers;
using Dsdn.CelestiaClient.Observability;
using Dsdn.CelestiaClient.Reading;
using Dsdn.CelestiaClient.Transport;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Submitting;

/// <summary>Proves that blobs lie where a node says they landed: an answer alone has been wrong before.</summary>
internal sealed class InclusionCheck(CelestiaOptions options, NamespaceReader reader, BlockPace pace, DaMetrics metrics, TimeProvider clock)
{
    private const int PollMsMin = 100, PollMsMax = 2_000;

    /// <param name="from">For an unknown outcome: where a search begins.</param>
    /// <param name="fee">Asked once they are proved.</param>
    public async Task<SubmitOutcome> ProveAsync(
        NodeCalls endpoint, ulong height, IReadOnlyList<(Blob Blob, Hash256 Commitment)> blobs, ulong from, Func<CancellationToken, Task<UInt128>> fee, CancellationToken cancel)
    {
        List<VerifiedBlob> found = [];
        try
        {
            foreach (Namespace name in blobs.Select(static one => one.Blob.Namespace).Distinct())
            {
                NamespaceReading reading = await ReadAsync(height, name, cancel);
                if (reading is NamespaceReading.Unknown unknown) return new SubmitOutcome.Unknown(unknown.Failure, from);
                if (reading is NamespaceReading.Present present) found.AddRange(present.Blobs);
            }
            List<VerifiedBlob> own = [];
            foreach ((Blob blob, Hash256 commitment) in blobs)
            {
                int at = found.FindIndex(one => one.Commitment == commitment && one.Blob.Namespace == blob.Namespace);
                if (at < 0)
                {
                    metrics.ProvedWrong(DaCodes.NotIncluded);
                    return new SubmitOutcome.Unknown(new DaFailure(DaCodes.NotIncluded, $"height {height} does not hold commitment {commitment}", endpoint.Name), from);
                }
                own.Add(found[at]);
                found.RemoveAt(at); // the same blob twice lies there twice
            }
            return new SubmitOutcome.Included(height, await fee(cancel), own);
        }
        catch (OperationCanceledException)
        {
            return new SubmitOutcome.Unknown(new DaFailure(DaCodes.Cancelled, $"given up before height {height} was read", endpoint.Name), from);
        }
    }

    /// <summary>The height may be ahead of other endpoints, and of the one that took the blobs.</summary>
    private async Task<NamespaceReading> ReadAsync(ulong height, Namespace name, CancellationToken cancel)
    {
        long started = clock.GetTimestamp();
        while (true)
        {
            (NamespaceReading? reading, CallFailure? failure) = await reader.ReadOnceAsync(height, name, cancel);
            if (reading is not null) return reading;
            if (clock.GetElapsedTime(started).TotalMilliseconds > options.Timeouts.ReadBackMs)
                return new NamespaceReading.Unknown(failure?.Failure ?? new DaFailure(DaCodes.Timeout, $"height {height} was not read within {options.Timeouts.ReadBackMs} ms"));
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Clamp(pace.BlockMs / 4, PollMsMin, PollMsMax)), clock, cancel);
        }
    }
}
