using System.Text;

namespace Dsdn.Storage.Scrubbing;

/// <summary>One chunk that was read again.</summary>
public readonly record struct ScrubbedChunk(ChunkKey Key, StoreVerdict Verdict, long BytesRead);

/// <summary>
/// Reads every chunk again in the order of keys, and begins anew after the last. What is not right goes to quarantine by the store.
/// Where it stands survives a restart.
/// </summary>
/// <param name="bytesPerSecond">Read on average; above 0. A chunk is read at once and waited for afterwards.</param>
public sealed class Scrubber(ChunkStore store, long bytesPerSecond, TimeProvider clock)
{
    private const string CursorName = "scrub";
    private const int CursorBytesMax = 128;

    /// <summary>How many chunks may be read a second time after a crash.</summary>
    private const int ChunksPerCursor = 64;

    /// <summary>When the store is empty or a round ended.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private ChunkKey? _last = ChunkKey.TryParse(Encoding.ASCII.GetString(store.Files.ReadNote(CursorName, CursorBytesMax)), out ChunkKey key) ? key : null;
    private int _sinceCursor;

    /// <summary>Rounds over all chunks that ended since the start.</summary>
    public long Rounds { get; private set; }

    /// <summary>The next chunk; null at the end of a round.</summary>
    public ScrubbedChunk? Step()
    {
        IReadOnlyList<StoredChunk> next = store.List(_last, 1);
        if (next.Count == 0)
        {
            if (_last is not null) Rounds++;
            _last = null;
            Remember("");
            return null;
        }
        ChunkKey key = next[0].Key;
        StoreVerdict verdict = store.Check(key, out long bytes);
        _last = key;
        if (++_sinceCursor >= ChunksPerCursor) Remember(key.ToString());
        return new ScrubbedChunk(key, verdict, bytes);
    }

    /// <summary>Steps for ever, at the rate.</summary>
    /// <param name="report">Every chunk that was not right, or could not be read.</param>
    public async Task RunAsync(Action<ScrubbedChunk> report, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            ScrubbedChunk? step = await Task.Run(Step, cancellation);
            if (step is { Verdict.Fault: StoreFault.Corrupt or StoreFault.Disk } bad) report(bad);
            await Task.Delay(step is { } done ? TimeSpan.FromSeconds((double)done.BytesRead / bytesPerSecond) : Rest, clock, cancellation);
        }
    }

    private void Remember(string cursor)
    {
        _sinceCursor = 0;
        try
        {
            store.Files.WriteNote(CursorName, Encoding.ASCII.GetBytes(cursor));
        }
        catch (IOException)
        {
            // Without it, a round begins anew after a restart.
        }
    }
}
