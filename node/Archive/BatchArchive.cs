using Dsdn.Chain.Log.Availability;

namespace Dsdn.Node.Archive;

/// <summary>
/// The exact bytes of every batch, for ever, with where else they lie and who vouches for them: append-only segments in a folder of
/// their own. What a method was given is on the disk when it returns.
/// </summary>
public sealed class BatchArchive : IDisposable
{
    /// <summary>Opens or makes the folder; cuts off what a crash left half written. One process may write.</summary>
    public static BatchArchive Open(string folder) => throw new NotSupportedException();

    /// <summary>Of the first batch kept; 0 where there is none.</summary>
    public ulong First => throw new NotSupportedException();

    /// <summary>Of the last batch kept; 0 where there is none.</summary>
    public ulong Head => throw new NotSupportedException();

    /// <summary>The batch behind the head; any seq where the archive is empty. The head again, with the same bytes, changes nothing.</summary>
    public void Append(ulong seq, ReadOnlyMemory<byte> envelope) => throw new NotSupportedException();

    /// <summary>Null where it is not kept.</summary>
    public byte[]? Read(ulong seq) => throw new NotSupportedException();

    /// <summary>Ends at the head; both ends included.</summary>
    public IEnumerable<(ulong Seq, byte[] Envelope)> Range(ulong from, ulong to) => throw new NotSupportedException();

    /// <summary>Where else the batch lies; one that is there already changes nothing.</summary>
    public void PutPointer(ulong seq, DaPointer pointer) => throw new NotSupportedException();

    /// <summary>In the order they were put.</summary>
    public IReadOnlyList<DaPointer> Pointers(ulong seq) => throw new NotSupportedException();

    public void PutCertificate(ulong seq, DaCertificate certificate) => throw new NotSupportedException();

    /// <summary>The last one put for the batch; null where there is none.</summary>
    public DaCertificate? Certificate(ulong seq) => throw new NotSupportedException();

    public void Dispose() => throw new NotSupportedException();
}
