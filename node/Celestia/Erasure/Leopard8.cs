namespace Dsdn.Celestia.Erasure;

/// <summary>
/// The Leopard Reed-Solomon code over GF(2^8) with as many parity shards as data shards, a power of two up to 128, as rows and
/// columns of a square have. Shards lie one after another; their length is a multiple of 64 bytes.
/// </summary>
public static class Leopard8
{
    /// <summary>Data shards at most: data and parity together are the elements of the field.</summary>
    public const int DataShardsMax = LeopardField8.Order / 2;

    public const int ShardBytesMultiple = 64;

    /// <summary>The parity of data shards.</summary>
    /// <param name="data">k shards.</param>
    /// <param name="parity">k shards, out.</param>
    public static void Encode(ReadOnlySpan<byte> data, Span<byte> parity, int shardBytes)
    {
        int k = CheckSize(data.Length, shardBytes);
        if (parity.Length != data.Length) throw new ArgumentException("there is as much parity as data");
        data.CopyTo(parity);
        Shards work = new(parity, shardBytes);
        if (k == 1) return; // the parity of one shard is the shard
        work.InverseTransform(k, k);
        work.Transform(k);
    }

    /// <summary>Restores what is missing, when at least half of all shards are there.</summary>
    /// <param name="shards">2k shards: data, then parity; missing ones are filled in.</param>
    /// <param name="isPresent">Which of the 2k are there.</param>
    public static DaVerdict TryRestore(Span<byte> shards, ReadOnlySpan<bool> isPresent, int shardBytes)
    {
        int k = CheckSize(shards.Length / 2, shardBytes);
        if (isPresent.Length != 2 * k || shards.Length != 2 * k * shardBytes) throw new ArgumentException("a flag for every shard is needed");
        int missing = isPresent.Count(false);
        if (missing == 0) return DaVerdict.Valid;
        if (missing > k) return new DaVerdict(DaFault.Erasure, $"{missing} of {2 * k} shards are missing, at most {k} can be restored");
        Span<byte> locator = stackalloc byte[LeopardField8.Order];
        Locate(isPresent, k, locator);
        byte[] buffer = new byte[shards.Length];
        Shards work = new(buffer, shardBytes);
        // The code's own order is parity, then data.
        for (int i = 0; i < 2 * k; i++)
            if (isPresent[(i + k) % (2 * k)]) LeopardVectors8.Multiply(work[i], Shard(shards, (i + k) % (2 * k), shardBytes), locator[i]);
        work.InverseTransform(2 * k, 0);
        work.Derive(2 * k);
        work.Transform(2 * k);
        for (int i = 0; i < 2 * k; i++)
            if (!isPresent[(i + k) % (2 * k)]) LeopardVectors8.Multiply(Shard(shards, (i + k) % (2 * k), shardBytes), work[i], (byte)(LeopardField8.Modulus - locator[i]));
        return DaVerdict.Valid;
    }

    /// <summary>The logarithms of the error locator polynomial at all places.</summary>
    private static void Locate(ReadOnlySpan<bool> isPresent, int k, Span<byte> locator)
    {
        locator.Clear();
        for (int i = 0; i < 2 * k; i++)
            if (!isPresent[(i + k) % (2 * k)]) locator[i] = 1;
        LeopardField8.Walsh(locator);
        for (int i = 0; i < LeopardField8.Order; i++) locator[i] = (byte)(locator[i] * LeopardField8.LogWalsh[i] % LeopardField8.Modulus);
        LeopardField8.Walsh(locator);
    }

    private static int CheckSize(int bytes, int shardBytes)
    {
        if (shardBytes <= 0 || shardBytes % ShardBytesMultiple != 0) throw new ArgumentException($"shards have a multiple of {ShardBytesMultiple} bytes");
        int k = bytes / shardBytes;
        if (k < 1 || k > DataShardsMax || (k & (k - 1)) != 0 || bytes != k * shardBytes) throw new ArgumentException($"{bytes} bytes are not 1 to {DataShardsMax} shards of {shardBytes}");
        return k;
    }

    private static Span<byte> Shard(Span<byte> shards, int i, int bytes) => shards.Slice(i * bytes, bytes);

    /// <summary>The additive Fourier transform over shards, in place.</summary>
    private readonly ref struct Shards(Span<byte> bytes, int shardBytes)
    {
        private readonly Span<byte> _bytes = bytes;

        public Span<byte> this[int i] => _bytes.Slice(i * shardBytes, shardBytes);

        /// <param name="offset">Where in the field the transform stands: 0, or the number of parity shards.</param>
        public void InverseTransform(int count, int offset)
        {
            for (int distance = 1; distance < count; distance *= 2)
            {
                for (int from = 0; from < count; from += 2 * distance)
                {
                    byte log = LeopardField8.Skew[offset + from + distance - 1];
                    for (int i = from; i < from + distance; i++)
                    {
                        LeopardVectors8.Add(this[i + distance], this[i]);
                        if (log != LeopardField8.Modulus) LeopardVectors8.MultiplyAdd(this[i], this[i + distance], log);
                    }
                }
            }
        }

        public void Transform(int count)
        {
            for (int distance = count / 2; distance > 0; distance /= 2)
            {
                for (int from = 0; from < count; from += 2 * distance)
                {
                    byte log = LeopardField8.Skew[from + distance - 1];
                    for (int i = from; i < from + distance; i++)
                    {
                        if (log != LeopardField8.Modulus) LeopardVectors8.MultiplyAdd(this[i], this[i + distance], log);
                        LeopardVectors8.Add(this[i + distance], this[i]);
                    }
                }
            }
        }

        /// <summary>The formal derivative.</summary>
        public void Derive(int count)
        {
            for (int i = 1; i < count; i++)
            {
                int width = i & -i;
                LeopardVectors8.Add(_bytes.Slice((i - width) * shardBytes, width * shardBytes), _bytes.Slice(i * shardBytes, width * shardBytes));
            }
        }
    }
}
