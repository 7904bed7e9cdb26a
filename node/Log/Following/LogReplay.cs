using Dsdn.Chain.Execution;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Log.State;

namespace Dsdn.Log.Following;

/// <summary>Batches that lie in order, as in an archive, brought into a state as fast as the cores allow.</summary>
public static class LogReplay
{
    /// <summary>Batches that are prepared side by side while those before them are applied.</summary>
    private const int BatchesPerWindow = 64, WindowBytesMax = 16 << 20;

    /// <summary>Applies every batch, or stops before the first that does not hold.</summary>
    /// <param name="envelopes">Exact bytes; the first one follows the state's head.</param>
    /// <param name="applied">Told of each batch, in order.</param>
    public static LogVerdict Run(LogState state, IEnumerable<ReadOnlyMemory<byte>> envelopes, LogCheck check, IParallel parallel, Action<AppliedBatch>? applied)
    {
        using IEnumerator<ReadOnlyMemory<byte>> source = envelopes.GetEnumerator();
        LogVerdict verdict = LogVerdict.Valid;
        Window current = Prepare(Take(source), state.Committee, check, parallel);
        while (verdict.IsValid && !current.IsEmpty)
        {
            List<ReadOnlyMemory<byte>> bytes = Take(source);
            Committee expected = state.Committee;
            Window applying = current, next = current;
            parallel.Run(() => verdict = Apply(state, applying, applied), () => next = Prepare(bytes, expected, check, parallel));
            current = next;
        }
        return verdict;
    }

    private readonly record struct Window(PreparedBatch?[] Batches, LogVerdict[] Verdicts)
    {
        public bool IsEmpty => Batches.Length == 0;
    }

    private static List<ReadOnlyMemory<byte>> Take(IEnumerator<ReadOnlyMemory<byte>> source)
    {
        List<ReadOnlyMemory<byte>> taken = [];
        long bytes = 0;
        while (taken.Count < BatchesPerWindow && bytes < WindowBytesMax && source.MoveNext())
        {
            taken.Add(source.Current);
            bytes += source.Current.Length;
        }
        return taken;
    }

    private static Window Prepare(List<ReadOnlyMemory<byte>> bytes, Committee expected, LogCheck check, IParallel parallel)
    {
        Window window = new(new PreparedBatch?[bytes.Count], new LogVerdict[bytes.Count]);
        parallel.For(bytes.Count, 1, (first, end) =>
        {
            for (int i = first; i < end; i++)
            {
                LogFault fault = BatchEnvelopeCodec.TryDecode(bytes[i], out BatchEnvelope? envelope);
                window.Verdicts[i] = new LogVerdict(fault, fault == LogFault.None ? "" : "no envelope");
                if (envelope is not null) window.Batches[i] = PreparedBatch.Of(envelope, bytes[i], check, expected, Sequential.Instance);
            }
        });
        return window;
    }

    private static LogVerdict Apply(LogState state, Window window, Action<AppliedBatch>? applied)
    {
        for (int i = 0; i < window.Batches.Length; i++)
        {
            if (window.Batches[i] is not { } batch) return window.Verdicts[i];
            LogVerdict verdict = state.Apply(batch, out AppliedBatch? done);
            if (done is null) return verdict;
            applied?.Invoke(done);
        }
        return LogVerdict.Valid;
    }
}
