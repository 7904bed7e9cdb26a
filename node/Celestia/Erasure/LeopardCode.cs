using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Dsdn.Celestia.Erasure;

/// <summary>
/// The Leopard Reed-Solomon code with as many parity shards as data shards, a power of two up to 512, as rows and columns of a square have:
/// over GF(2^8) up to 128 data shards, over GF(2^16) beyond. Shards lie one after another; their length is a multiple of 64 bytes.
/// </summary>
public static class LeopardCode
{
    public const int DataShardsMax = DaLimits.SquareWidthMax;

    public const int ShardBytesMultiple = 64;

    /// <summary>Beyond this, data and parity together are more than the bytes there are.</summary>
    private const int ByteFieldDataShardsMax = 128;

    /// <summary>The parity of data shards.</summary>
    /// <param name="data">k shards.</param>
    /// <param name="parity">k shards, out.</param>
    public static void Encode(ReadOnlySpan<byte> data, Span<byte> parity, int shardBytes)
    {
        int k = CheckSize(data.Length, shardBytes);
        if (parity.Length != data.Length) throw new ArgumentException("there is as much parity as data");
        data.CopyTo(parity);
        if (k == 1) return; // the parity of one shard is the shard
        if (k <= ByteFieldDataShardsMax) Encode<LeopardField8>(new Shards<LeopardField8>(parity, shardBytes), k);
        else Encode<LeopardField16>(new Shards<LeopardField16>(parity, shardBytes), k);
    }

    /// <summary>Restores what is missing, when at least half of all shards are there.</summary>
    /// <param name="shards">2k shards: data, then parity; missing ones are filled in.</param>
    /// <param name="isPresent">Which of the 2k are there.</param>
    public static DaVerdict TryRestore(Span<byte> shards, ReadOnlySpan<bool> isPresent, int shardBytes)
    {
        int k = CheckSize(shards.Length / 2, shardBytes);
        if (isPresent.Length != 2 * k || shards.Length != 2 * k * shardBytes) throw new ArgumentException("a flag for every shard is needed");
        int missing = isPresent.Count(false);
        if (missing > k) return new DaVerdict(DaFault.Erasure, $"{missing} of {2 * k} shards are missing, at most {k} can be restored");
        if (missing == 0) return DaVerdict.Valid;
        if (k <= ByteFieldDataShardsMax) Restore(new Shards<LeopardField8>(shards, shardBytes), isPresent, k);
        else Restore(new Shards<LeopardField16>(shards, shardBytes), isPresent, k);
        return DaVerdict.Valid;
    }

    private static void Encode<TField>(Shards<TField> work, int k)
        where TField : ILeopardField
    {
        work.InverseTransform(k, k);
        work.Transform(k);
    }

    private static void Restore<TField>(Shards<TField> shards, ReadOnlySpan<bool> isPresent, int k)
        where TField : ILeopardField
    {
        LeopardTables tables = TField.Tables;
        int[] locator = new int[tables.Order];
        // The code's own order is parity, then data.
        for (int i = 0; i < 2 * k; i++) locator[i] = isPresent[(i + k) % (2 * k)] ? 0 : 1;
        tables.Locate(locator);
        Shards<TField> work = new(new byte[2 * k * shards.ShardBytes], shards.ShardBytes);
        for (int i = 0; i < 2 * k; i++)
            if (isPresent[(i + k) % (2 * k)]) TField.Multiply(work[i], shards[(i + k) % (2 * k)], locator[i], adds: false);
        work.InverseTransform(2 * k, 0);
        work.Derive(2 * k);
        work.Transform(2 * k);
        for (int i = 0; i < 2 * k; i++)
            if (!isPresent[(i + k) % (2 * k)]) TField.Multiply(shards[(i + k) % (2 * k)], work[i], tables.Modulus - locator[i], adds: false);
    }

    private static int CheckSize(int bytes, int shardBytes)
    {
        if (shardBytes <= 0 || shardBytes % ShardBytesMultiple != 0) throw new ArgumentException($"shards have a multiple of {ShardBytesMultiple} bytes");
        int k = bytes / shardBytes;
        if (k < 1 || k > DataShardsMax || (k & (k - 1)) != 0 || bytes != k * shardBytes) throw new ArgumentException($"{bytes} bytes are not 1 to {DataShardsMax} shards of {shardBytes}");
        return k;
    }

    /// <summary>The additive Fourier transform over shards, in place.</summary>
    private readonly ref struct Shards<TField>(Span<byte> bytes, int shardBytes)
        where TField : ILeopardField
    {
        private readonly Span<byte> _bytes = bytes;

        public int ShardBytes => shardBytes;

        public Span<byte> this[int i] => _bytes.Slice(i * shardBytes, shardBytes);

        /// <param name="offset">Where in the field the transform stands: 0, or the number of parity shards.</param>
        public void InverseTransform(int count, int offset)
        {
            for (int distance = 1; distance < count; distance *= 2)
            {
                for (int from = 0; from < count; from += 2 * distance)
                {
                    int log = TField.Tables.Skew(offset + from + distance - 1);
                    // The shards of a run have one factor, so they are taken as one.
                    Span<byte> low = Run(from, distance), high = Run(from + distance, distance);
                    Add(high, low);
                    if (log != TField.Tables.Modulus) TField.Multiply(low, high, log, adds: true);
                }
            }
        }

        public void Transform(int count)
        {
            for (int distance = count / 2; distance > 0; distance /= 2)
            {
                for (int from = 0; from < count; from += 2 * distance)
                {
                    int log = TField.Tables.Skew(from + distance - 1);
                    Span<byte> low = Run(from, distance), high = Run(from + distance, distance);
                    if (log != TField.Tables.Modulus) TField.Multiply(low, high, log, adds: true);
                    Add(high, low);
                }
            }
        }

        /// <summary>The formal derivative.</summary>
        public void Derive(int count)
        {
            for (int i = 1; i < count; i++)
            {
                int width = i & -i;
                Add(Run(i - width, width), Run(i, width));
            }
        }

        private Span<byte> Run(int from, int count) => _bytes.Slice(from * shardBytes, count * shardBytes);

        private static void Add(Span<byte> to, ReadOnlySpan<byte> from)
        {
            Span<Vector256<byte>> target = MemoryMarshal.Cast<byte, Vector256<byte>>(to);
            ReadOnlySpan<Vector256<byte>> source = MemoryMarshal.Cast<byte, Vector256<byte>>(from);
            for (int i = 0; i < target.Length; i++) target[i] ^= source[i];
        }
    }
}
