using Dsdn.Chain.Log.Availability;

namespace Dsdn.Node.Archive;

/// <summary>
/// The exact bytes of every batch, for ever, with where else they lie and who vouches for them: append-only segments in a folder of
/// their own. What a method was given is on the disk when it returns. For use by any thread.
/// </summary>
public sealed class BatchArchive : IDisposable
{
    /// <summary>Written at once at most.</summary>
    public const int AppendBytesMax = 32 << 20;

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly FileStream? _held;
    private readonly List<Segment> _segments = [];
    private readonly VoucherFile? _vouchers;

    private BatchArchive(string folder, FileStream? held)
    {
        (_folder, _held) = (folder, held);
        bool mayWrite = held is not null;
        try
        {
            string[] paths = Directory.GetFiles(folder, "*.seg");
            Array.Sort(paths, StringComparer.Ordinal);
            for (int i = 0; i < paths.Length; i++) Adopt(Segment.Open(paths[i], i == paths.Length - 1, mayWrite));
            _vouchers = VoucherFile.Open(Path.Combine(folder, "vouchers.log"), mayWrite);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Opens or makes the folder; cuts off what a crash left half written. One process may write.</summary>
    /// <exception cref="ArchiveException">Damaged, or held by another process.</exception>
    public static BatchArchive Open(string folder)
    {
        Directory.CreateDirectory(folder);
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException busy)
        {
            throw new ArchiveException(ArchiveException.Busy, $"{folder} is in use by another process", busy);
        }
        return new BatchArchive(folder, held);
    }

    /// <summary>Opens a folder to read, while another process may be writing: what was there at the time.</summary>
    public static BatchArchive OpenToRead(string folder) => new(folder, null);

    /// <summary>Of the first batch kept; 0 where there is none.</summary>
    public ulong First
    {
        get
        {
            lock (_gate) return _segments.Count == 0 || _segments[0].IsEmpty ? 0 : _segments[0].First;
        }
    }

    /// <summary>Of the last batch kept; 0 where there is none.</summary>
    public ulong Head
    {
        get
        {
            lock (_gate) return HeadNow;
        }
    }

    private ulong HeadNow => _segments.Count == 0 || _segments[0].IsEmpty ? 0 : _segments[^1].Last;

    /// <summary>The batch behind the head; any seq where the archive is empty. The head again, with the same bytes, changes nothing.</summary>
    /// <exception cref="ArchiveException">It is not the batch behind the head, or the head with other bytes.</exception>
    public void Append(ulong seq, ReadOnlyMemory<byte> envelope) => Append([(seq, envelope)]);

    /// <summary>Consecutive batches with one sync; all or, after a crash, the first of them.</summary>
    public void Append(IReadOnlyList<(ulong Seq, ReadOnlyMemory<byte> Envelope)> batches)
    {
        if (_held is null) throw new InvalidOperationException("the archive is open to read");
        lock (_gate)
        {
            Segment? written = null;
            foreach ((ulong seq, ReadOnlyMemory<byte> envelope) in batches)
            {
                ulong head = HeadNow;
                if (head != 0 && seq <= head)
                {
                    if (ReadNow(seq) is { } known && known.AsSpan().SequenceEqual(envelope.Span)) continue;
                    throw new ArchiveException(ArchiveException.Gap, $"batch {seq} is kept with other bytes");
                }
                if (seq == 0 || (head != 0 && seq != head + 1)) throw new ArchiveException(ArchiveException.Gap, $"batch {seq} does not follow batch {head}");
                Segment segment = SegmentFor(seq);
                if (written is not null && written != segment) written.Sync();
                segment.Append(seq, envelope.Span);
                written = segment;
            }
            written?.Sync();
        }
    }

    /// <summary>Null where it is not kept.</summary>
    public byte[]? Read(ulong seq)
    {
        lock (_gate) return ReadNow(seq);
    }

    /// <summary>Ends at the head; both ends included. One batch is in memory at a time.</summary>
    public IEnumerable<(ulong Seq, byte[] Envelope)> Range(ulong from, ulong to)
    {
        for (ulong seq = Math.Max(from, First); seq != 0 && seq <= to && Read(seq) is { } envelope; seq++) yield return (seq, envelope);
    }

    /// <summary>Where else the batch lies; one that is there already changes nothing.</summary>
    public void PutPointer(ulong seq, DaPointer pointer) => PutPointers([(seq, pointer)]);

    /// <summary>Several with one write to the disk.</summary>
    public void PutPointers(IReadOnlyList<(ulong Seq, DaPointer Pointer)> pointers)
    {
        if (pointers.Count == 0) return;
        lock (_gate) Vouchers.Put(pointers);
    }

    /// <summary>In the order they were put.</summary>
    public IReadOnlyList<DaPointer> Pointers(ulong seq)
    {
        lock (_gate) return _vouchers?.Pointers(seq) ?? [];
    }

    public void PutCertificate(ulong seq, DaCertificate certificate)
    {
        lock (_gate) Vouchers.Put(seq, certificate);
    }

    /// <summary>The last one put for the batch; null where there is none.</summary>
    public DaCertificate? Certificate(ulong seq)
    {
        lock (_gate) return _vouchers?.LastCertificate(seq);
    }

    public void Dispose()
    {
        foreach (Segment segment in _segments) segment.Dispose();
        _vouchers?.Dispose();
        _held?.Dispose();
    }

    private VoucherFile Vouchers => _held is not null && _vouchers is not null ? _vouchers : throw new InvalidOperationException("the archive is open to read");

    private byte[]? ReadNow(ulong seq)
    {
        int low = 0, high = _segments.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            Segment segment = _segments[middle];
            if (seq < segment.First) high = middle - 1;
            else if (segment.IsEmpty || seq > segment.Last) low = middle + 1;
            else return segment.Read(seq);
        }
        return null;
    }

    private void Adopt(Segment segment)
    {
        if (_segments.Count > 0 && (_segments[^1].IsEmpty || segment.First != _segments[^1].Last + 1))
        {
            segment.Dispose();
            throw new ArchiveException(ArchiveException.Damaged, $"{segment.Path} does not follow {_segments[^1].Path}");
        }
        _segments.Add(segment);
    }

    /// <summary>The last segment, or a new one behind it. One that a crash left empty is replaced.</summary>
    private Segment SegmentFor(ulong seq)
    {
        if (_segments.Count > 0 && _segments[^1].IsEmpty && _segments[^1].First != seq)
        {
            _segments[^1].Dispose();
            File.Delete(_segments[^1].Path);
            _segments.RemoveAt(_segments.Count - 1);
        }
        if (_segments.Count > 0 && !_segments[^1].IsFull) return _segments[^1];
        if (_segments.Count > 0) _segments[^1].WriteIndex();
        Segment added = Segment.Open(Segment.PathOf(_folder, seq), isLast: true, mayWrite: true);
        _segments.Add(added);
        return added;
    }
}
