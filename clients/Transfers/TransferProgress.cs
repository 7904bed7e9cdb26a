namespace Dsdn.Transfers;

/// <summary>How far a transfer is; read at any time by whoever shows it.</summary>
public sealed class TransferProgress
{
    private readonly Lock _lock = new();
    private readonly SortedSet<ushort> _zones = [];
    private long _contentBytes, _sentBytes;
    private int _chunksDone, _chunksSkipped;

    /// <summary>Of the content; -1 where nobody knows.</summary>
    public long ContentBytesTotal { get; set; } = -1;

    /// <summary>Content that was read and encrypted, or written.</summary>
    public long ContentBytes => Interlocked.Read(ref _contentBytes);

    /// <summary>Bytes that went to nodes, all copies together.</summary>
    public long SentBytes => Interlocked.Read(ref _sentBytes);

    public int ChunksDone => Volatile.Read(ref _chunksDone);

    /// <summary>Chunks that were there already.</summary>
    public int ChunksSkipped => Volatile.Read(ref _chunksSkipped);

    /// <summary>Zones that have something of this upload.</summary>
    public int Zones
    {
        get
        {
            lock (_lock) return _zones.Count;
        }
    }

    /// <summary>Told of each step; from any thread.</summary>
    public event Action<TransferStep, string>? Stepped;

    internal void AddContent(long bytes) => Interlocked.Add(ref _contentBytes, bytes);

    internal void AddSent(int bytes) => Interlocked.Add(ref _sentBytes, bytes);

    internal void AddDone() => Interlocked.Increment(ref _chunksDone);

    internal void AddSkipped()
    {
        Interlocked.Increment(ref _chunksSkipped);
        Interlocked.Increment(ref _chunksDone);
    }

    internal void AddZone(ushort zone)
    {
        lock (_lock) _zones.Add(zone);
    }

    internal void Step(TransferStep step, string what = "") => Stepped?.Invoke(step, what);
}

/// <summary>What a transfer does now, in words of the catalogue.</summary>
public enum TransferStep
{
    /// <summary>Looking at the source: what.</summary>
    Scanning,

    /// <summary>Going on with an earlier attempt: chunks that are stored, of how many known.</summary>
    Resuming,

    /// <summary>Reading, encrypting and sending.</summary>
    Storing,

    /// <summary>A chunk waits for nodes: which, why.</summary>
    Waiting,

    /// <summary>Waiting until the log has every chunk.</summary>
    Declaring,

    /// <summary>Writing the list of what was uploaded.</summary>
    Listing,

    /// <summary>Waiting for the validators' certificate: batch.</summary>
    Certifying,

    /// <summary>Waiting for the chain: batch.</summary>
    Anchoring,

    /// <summary>Reading back what was stored.</summary>
    ReadingBack,
}
