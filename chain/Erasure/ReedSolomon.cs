using System.Buffers;

namespace Dsdn.Chain.Erasure;

/// <summary>
/// Six shards of data and three of parity, any six of which give back all nine: systematic Reed-Solomon over GF(2^8), polynomial
/// 0x11d. Byte b of parity shard 6 + r is the sum over j of D[j][b] / ((6 + r) xor j), a Cauchy matrix. A chunk is cut into six
/// shards of <see cref="ShardBytes"/> in order, the last ones filled with zeros.
/// </summary>
public static unsafe class ReedSolomon
{
    public const int DataShards = 6;
    public const int ParityShards = 3;
    public const int Shards = DataShards + ParityShards;

    /// <summary>Shards of chunks have a multiple of this.</summary>
    public const int ShardBytesMultiple = 64;

    /// <summary>What <see cref="IsCodeword"/> makes at a time.</summary>
    private const int StripBytes = 16_384;

    /// <summary>What the code runs on here.</summary>
    public static ErasurePath BestPath => ErasureKernel.BestPath;

    /// <summary>The length of each of the nine shards of a chunk: a sixth, rounded up to 64 bytes.</summary>
    /// <param name="chunkBytes">Not negative.</param>
    public static int ShardBytes(int chunkBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(chunkBytes);
        const int Row = DataShards * ShardBytesMultiple;
        return checked((int)(((long)chunkBytes + Row - 1) / Row * ShardBytesMultiple));
    }

    /// <summary>Fills the three shards of parity.</summary>
    /// <param name="data">Six shards of one length.</param>
    /// <param name="parity">Three of that length, out.</param>
    public static void Encode(ReadOnlySpan<ReadOnlyMemory<byte>> data, ReadOnlySpan<Memory<byte>> parity) => Encode(data, parity, BestPath);

    /// <summary>Fills the shards that are missing, when no more than three are.</summary>
    /// <param name="shards">Nine of one length; missing ones are written.</param>
    /// <param name="isPresent">Nine flags.</param>
    /// <returns>False, and nothing written, where fewer than six are there.</returns>
    public static bool TryReconstruct(ReadOnlySpan<Memory<byte>> shards, ReadOnlySpan<bool> isPresent) => TryReconstruct(shards, isPresent, BestPath);

    /// <summary>
    /// Makes one shard out of any six others, as a node does that repairs its own copy.
    /// </summary>
    /// <param name="sources">Six shards of one length.</param>
    /// <param name="sourceIndexes">Which ones they are: six, ascending, 0 to 8.</param>
    /// <param name="index">The wanted one, 0 to 8.</param>
    public static void Rebuild(ReadOnlySpan<ReadOnlyMemory<byte>> sources, ReadOnlySpan<int> sourceIndexes, int index, Memory<byte> shard)
    {
        CheckIndexes(sourceIndexes);
        if (index is < 0 or >= Shards) throw new ArgumentOutOfRangeException(nameof(index));
        Multiply(ErasureMatrix.Rows(sourceIndexes, [index]), sources, [shard], BestPath);
    }

    /// <summary>Whether the parity belongs to the data: nine shards of one length.</summary>
    public static bool IsCodeword(ReadOnlySpan<ReadOnlyMemory<byte>> shards)
    {
        if (shards.Length != Shards) throw new ArgumentException($"{Shards} shards are needed");
        int bytes = shards[0].Length;
        foreach (ReadOnlyMemory<byte> shard in shards)
            if (shard.Length != bytes) return false;
        byte[] made = ArrayPool<byte>.Shared.Rent(ParityShards * StripBytes);
        ReadOnlyMemory<byte>[] data = new ReadOnlyMemory<byte>[DataShards];
        Memory<byte>[] parity = new Memory<byte>[ParityShards];
        bool isCodeword = true;
        for (int from = 0; from < bytes && isCodeword; from += StripBytes)
        {
            int strip = Math.Min(StripBytes, bytes - from);
            for (int i = 0; i < DataShards; i++) data[i] = shards[i].Slice(from, strip);
            for (int i = 0; i < ParityShards; i++) parity[i] = made.AsMemory(i * StripBytes, strip);
            Encode(data, parity);
            for (int i = 0; i < ParityShards; i++) isCodeword &= parity[i].Span.SequenceEqual(shards[DataShards + i].Span.Slice(from, strip));
        }
        ArrayPool<byte>.Shared.Return(made);
        return isCodeword;
    }

    internal static void Encode(ReadOnlySpan<ReadOnlyMemory<byte>> data, ReadOnlySpan<Memory<byte>> parity, ErasurePath path)
    {
        if (parity.Length != ParityShards) throw new ArgumentException($"{ParityShards} shards of parity are needed");
        Multiply(ErasureMatrix.Parity, data, parity, path);
    }

    internal static bool TryReconstruct(ReadOnlySpan<Memory<byte>> shards, ReadOnlySpan<bool> isPresent, ErasurePath path)
    {
        if (shards.Length != Shards || isPresent.Length != Shards) throw new ArgumentException($"{Shards} shards and flags are needed");
        int missing = isPresent.Count(false);
        if (missing > ParityShards) return false;
        if (missing == 0) return true;
        ReadOnlyMemory<byte>[] sources = new ReadOnlyMemory<byte>[DataShards];
        Memory<byte>[] targets = new Memory<byte>[missing];
        int[] given = new int[DataShards], wanted = new int[missing];
        for (int i = 0, from = 0, to = 0; i < Shards; i++)
        {
            if (!isPresent[i]) (targets[to], wanted[to++]) = (shards[i], i);
            else if (from < DataShards) (sources[from], given[from++]) = (shards[i], i);
        }
        Multiply(ErasureMatrix.Rows(given, wanted), sources, targets, path);
        return true;
    }

    private static void Multiply(ReadOnlySpan<byte> rows, ReadOnlySpan<ReadOnlyMemory<byte>> sources, ReadOnlySpan<Memory<byte>> targets, ErasurePath path)
    {
        if (sources.Length != DataShards) throw new ArgumentException($"{DataShards} shards are needed");
        int bytes = sources[0].Length;
        MemoryHandle[] pins = new MemoryHandle[DataShards + targets.Length];
        byte** inputs = stackalloc byte*[DataShards], outputs = stackalloc byte*[ParityShards];
        try
        {
            for (int i = 0; i < DataShards; i++)
            {
                if (sources[i].Length != bytes) throw new ArgumentException("shards have one length");
                pins[i] = sources[i].Pin();
                inputs[i] = (byte*)pins[i].Pointer;
            }
            for (int i = 0; i < targets.Length; i++)
            {
                if (targets[i].Length != bytes) throw new ArgumentException("shards have one length");
                pins[DataShards + i] = targets[i].Pin();
                outputs[i] = (byte*)pins[DataShards + i].Pointer;
            }
            ErasureKernel.Multiply(rows, inputs, outputs, bytes, path);
        }
        finally
        {
            foreach (MemoryHandle pin in pins) pin.Dispose();
        }
    }

    private static void CheckIndexes(ReadOnlySpan<int> indexes)
    {
        if (indexes.Length != DataShards) throw new ArgumentException($"{DataShards} shards are needed");
        for (int i = 0, before = -1; i < indexes.Length; before = indexes[i++])
            if (indexes[i] <= before || indexes[i] >= Shards) throw new ArgumentException("shards are numbered 0 to 8, ascending");
    }
}
