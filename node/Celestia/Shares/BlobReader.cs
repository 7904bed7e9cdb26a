using System.Buffers.Binary;
using Dsdn.Celestia.Namespaces;

namespace Dsdn.Celestia.Shares;

/// <summary>Finds the blobs in all shares of one namespace, in order; padding is skipped.</summary>
public static class BlobReader
{
    /// <param name="shares">Whole shares, all of that namespace.</param>
    public static DaVerdict Read(Namespace name, ReadOnlyMemory<byte> shares, out IReadOnlyList<SharedBlob> blobs)
    {
        List<SharedBlob> found = [];
        blobs = [];
        if (!name.IsForBlobs) return new DaVerdict(DaFault.Namespace, $"{name} is not a user's namespace");
        if (shares.Length % ShareFormat.Bytes != 0) return new DaVerdict(DaFault.Share, $"{shares.Length} bytes are not whole shares");
        int count = shares.Length / ShareFormat.Bytes;
        for (int i = 0; i < count;)
        {
            DaVerdict verdict = ReadSequence(name, shares[(i * ShareFormat.Bytes)..], i, out Blob? blob);
            if (!verdict.IsValid) return verdict;
            int taken = blob?.ShareCount ?? 1;
            if (blob is not null) found.Add(new SharedBlob(blob, i, taken));
            i += taken;
        }
        blobs = found;
        return DaVerdict.Valid;
    }

    /// <summary>The sequence that starts here; no blob where it is a share of padding.</summary>
    private static DaVerdict ReadSequence(Namespace name, ReadOnlyMemory<byte> shares, int at, out Blob? blob)
    {
        blob = null;
        ReadOnlySpan<byte> first = shares.Span[..ShareFormat.Bytes];
        if (new Namespace(first[..Namespace.Size]) != name) return Broken(at, "is of another namespace");
        byte info = first[ShareFormat.InfoAt], version = (byte)(info >> 1);
        if (version > ShareFormat.Version2) return Broken(at, $"has share version {version}");
        if ((info & 1) == 0) return Broken(at, "continues a sequence that did not start");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(first[ShareFormat.LengthAt..]);
        if (length == 0) return first[ShareFormat.LengthAt..].ContainsAnyExcept((byte)0) ? Broken(at, "is padding with bytes in it") : DaVerdict.Valid;
        if (length > DaLimits.BlobBytesMax) return Broken(at, $"says {length} bytes, at most {DaLimits.BlobBytesMax} are possible");
        int count = ShareFormat.SharesNeeded((int)length, version);
        if (count > shares.Length / ShareFormat.Bytes) return Broken(at, $"starts {count} shares, of which {shares.Length / ShareFormat.Bytes} are here");
        byte[] data = new byte[length];
        if (Gather(name, shares.Span[..(count * ShareFormat.Bytes)], version, data) is { } what) return Broken(at, what);
        ReadOnlyMemory<byte> signer = ShareFormat.HasSigner(version)
            ? shares.Slice(ShareFormat.LengthAt + ShareFormat.LengthBytes, ShareFormat.SignerBytes).ToArray()
            : default;
        return Blob.TryCreate(name, data, version, signer, out blob);
    }

    /// <returns>What is wrong, or null.</returns>
    private static string? Gather(Namespace name, ReadOnlySpan<byte> shares, byte version, Span<byte> data)
    {
        int at = ShareFormat.FirstDataAt(version);
        byte continues = ShareFormat.Info(version, isStart: false);
        for (bool isFirst = true; !shares.IsEmpty; isFirst = false, shares = shares[ShareFormat.Bytes..], at = ShareFormat.LengthAt)
        {
            ReadOnlySpan<byte> share = shares[..ShareFormat.Bytes];
            if (!isFirst && new Namespace(share[..Namespace.Size]) != name) return "is continued in another namespace";
            if (!isFirst && share[ShareFormat.InfoAt] != continues) return "is cut off by another sequence";
            int taken = Math.Min(ShareFormat.Bytes - at, data.Length);
            share.Slice(at, taken).CopyTo(data);
            data = data[taken..];
            // Nothing commits to a blob with other bytes there: its commitment is over zeros.
            if (share[(at + taken)..].ContainsAnyExcept((byte)0)) return "is filled with something else than zeros";
        }
        return null;
    }

    private static DaVerdict Broken(int share, string what) => new(DaFault.Share, $"share {share} {what}");
}
