using System.Buffers.Binary;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Wire;

namespace Dsdn.Celestia.Shares;

/// <summary>
/// Transactions as shares: a stream of units, each behind its length as a varint, cut into shares with four reserved bytes after the
/// info byte (and length): the place within the share of the first unit that starts there, 0 if none does.
/// </summary>
public static class CompactShares
{
    public const int ReservedBytes = 4;

    private const int FirstAt = ShareFormat.LengthAt + ShareFormat.LengthBytes + ReservedBytes;
    private const int ContinuationAt = ShareFormat.LengthAt + ReservedBytes;

    public const int FirstBytes = ShareFormat.Bytes - FirstAt;
    public const int ContinuationBytes = ShareFormat.Bytes - ContinuationAt;

    /// <summary>The bytes of a unit in the stream.</summary>
    public static int UnitBytes(int bytes) => ProtobufWriter.VarintBytes((ulong)bytes) + bytes;

    /// <summary>Shares of a stream; none for an empty one.</summary>
    public static int SharesNeeded(int streamBytes)
    {
        if (streamBytes == 0) return 0;
        int rest = streamBytes - FirstBytes;
        return rest <= 0 ? 1 : 1 + ((rest + ContinuationBytes - 1) / ContinuationBytes);
    }

    public static byte[] Write(Namespace name, IReadOnlyList<byte[]> units)
    {
        ProtobufWriter stream = new();
        List<int> starts = [];
        int at = 0;
        foreach (byte[] unit in units)
        {
            starts.Add(at);
            at += UnitBytes(unit.Length);
            stream.Delimited(unit);
        }
        return Cut(name, stream.ToArray(), starts);
    }

    /// <summary>The units of all shares of a namespace.</summary>
    /// <param name="shares">Whole shares.</param>
    public static DaVerdict TryRead(Namespace name, ReadOnlySpan<byte> shares, out IReadOnlyList<byte[]> units)
    {
        List<byte[]> read = [];
        units = [];
        int count = shares.Length / ShareFormat.Bytes;
        if (shares.Length != count * ShareFormat.Bytes) return new DaVerdict(DaFault.Share, $"{shares.Length} bytes are not whole shares");
        if (count == 0) return DaVerdict.Valid;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(shares[ShareFormat.LengthAt..]);
        if (length > (uint)shares.Length || SharesNeeded((int)length) != count) return new DaVerdict(DaFault.Share, $"a stream of {length} bytes in {count} shares");
        byte[] stream = new byte[length];
        int filled = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> share = shares.Slice(i * ShareFormat.Bytes, ShareFormat.Bytes);
            if (new Namespace(share[..Namespace.Size]) != name || share[ShareFormat.InfoAt] != ShareFormat.Info(ShareFormat.Version0, i == 0))
                return new DaVerdict(DaFault.Share, $"share {i} is of another namespace or sequence");
            int from = i == 0 ? FirstAt : ContinuationAt, taken = Math.Min(ShareFormat.Bytes - from, stream.Length - filled);
            share.Slice(from, taken).CopyTo(stream.AsSpan(filled));
            filled += taken;
        }
        ProtobufReader reader = new(stream);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadBytes(out ReadOnlySpan<byte> unit)) return new DaVerdict(DaFault.Share, "a unit is cut off");
            read.Add(unit.ToArray());
        }
        units = read;
        return DaVerdict.Valid;
    }

    private static byte[] Cut(Namespace name, ReadOnlySpan<byte> stream, List<int> starts)
    {
        byte[] shares = new byte[SharesNeeded(stream.Length) * ShareFormat.Bytes];
        int done = 0, unit = 0;
        for (int i = 0; done < stream.Length; i++)
        {
            Span<byte> share = shares.AsSpan(i * ShareFormat.Bytes, ShareFormat.Bytes);
            name.CopyTo(share);
            share[ShareFormat.InfoAt] = ShareFormat.Info(ShareFormat.Version0, i == 0);
            if (i == 0) BinaryPrimitives.WriteUInt32BigEndian(share[ShareFormat.LengthAt..], (uint)stream.Length);
            int from = i == 0 ? FirstAt : ContinuationAt, taken = Math.Min(ShareFormat.Bytes - from, stream.Length - done);
            while (unit < starts.Count && starts[unit] < done) unit++;
            if (unit < starts.Count && starts[unit] < done + taken)
                BinaryPrimitives.WriteUInt32BigEndian(share[(from - ReservedBytes)..], (uint)(from + starts[unit] - done));
            stream.Slice(done, taken).CopyTo(share[from..]);
            done += taken;
        }
        return shares;
    }
}
