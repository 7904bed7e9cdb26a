using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;

namespace Dsdn.Node.Archive;

/// <summary>Where batches lie and who vouches for them: records of type u8 | bytes under the batch's seq.</summary>
internal sealed class VoucherFile : IDisposable
{
    private const byte Pointer = 1, Certificate = 2;

    /// <summary>A certificate of the largest set there may be.</summary>
    private const int ContentBytesMax = 128 << 10;

    private readonly RecordFile _file;
    private readonly Dictionary<ulong, List<RecordPlace>> _bySeq = [];

    private VoucherFile(RecordFile file) => _file = file;

    public static VoucherFile? Open(string path, bool mayWrite)
    {
        if (!mayWrite && !File.Exists(path)) return null;
        VoucherFile opened = new(RecordFile.Open(path, mayWrite, ContentBytesMax));
        foreach (RecordPlace place in opened._file.Scan(mayWrite, 2 * ContentBytesMax)) opened.Index(place);
        return opened;
    }

    /// <summary>On disk together when it returns.</summary>
    public void Put(IReadOnlyList<(ulong Seq, DaPointer Pointer)> pointers)
    {
        bool isChanged = false;
        foreach ((ulong seq, DaPointer pointer) in pointers) isChanged |= TryAppend(seq, Pointer, DaPointerCodec.Encode(pointer));
        if (isChanged) _file.Sync();
    }

    public void Put(ulong seq, DaCertificate certificate)
    {
        if (TryAppend(seq, Certificate, DaCertificateCodec.Encode(certificate))) _file.Sync();
    }

    public List<DaPointer> Pointers(ulong seq)
    {
        List<DaPointer> pointers = [];
        foreach (byte[] record in Of(seq, Pointer))
            if (DaPointerCodec.TryDecode(record.AsMemory(1), out DaPointer? pointer) == LogFault.None && pointer is not null) pointers.Add(pointer);
        return pointers;
    }

    public DaCertificate? LastCertificate(ulong seq)
    {
        DaCertificate? last = null;
        foreach (byte[] record in Of(seq, Certificate))
            if (DaCertificateCodec.TryDecode(record.AsMemory(1), out DaCertificate? certificate) == LogFault.None) last = certificate;
        return last;
    }

    public void Dispose() => _file.Dispose();

    private bool TryAppend(ulong seq, byte type, byte[] bytes)
    {
        foreach (byte[] known in Of(seq, type))
            if (known.AsSpan(1).SequenceEqual(bytes)) return false;
        Index(_file.Append(seq, [type, .. bytes]));
        return true;
    }

    private IEnumerable<byte[]> Of(ulong seq, byte type)
    {
        if (!_bySeq.TryGetValue(seq, out List<RecordPlace>? places)) yield break;
        foreach (RecordPlace place in places)
        {
            byte[] record = _file.Read(place);
            if (record.Length > 0 && record[0] == type) yield return record;
        }
    }

    private void Index(in RecordPlace place)
    {
        if (!_bySeq.TryGetValue(place.Number, out List<RecordPlace>? places)) _bySeq[place.Number] = places = [];
        places.Add(place);
    }
}
