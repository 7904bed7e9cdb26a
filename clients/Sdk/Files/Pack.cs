using Dsdn.Chain.Log.Availability;

namespace Dsdn.Sdk.Files;

/// <summary>Where an object lies in its pack.</summary>
public readonly record struct PackedObject(uint Offset, uint LengthBytes);

/// <summary>
/// Small files together in one chunk. Each is encrypted with its own key, as its chunk 0, and lies in the pack as it is: one can be
/// read, shared and checked without the others.
/// </summary>
/// <param name="bytesMax">Encrypted bytes of a pack.</param>
public sealed class Pack(int bytesMax = FileLayout.DefaultChunkContentBytes)
{
    /// <summary>Content from here on has chunks of its own.</summary>
    public const int ObjectContentBytesMax = (1 << 20) - 1;

    private readonly MemoryStream _bytes = new();

    public int LengthBytes => (int)_bytes.Length;

    public int Count { get; private set; }

    /// <summary>False where the object does not fit any more: then this pack is complete.</summary>
    /// <param name="box">A file of one chunk, as <see cref="FileEncryptor"/> makes it.</param>
    public bool TryAdd(ReadOnlySpan<byte> box, out PackedObject place)
    {
        place = default;
        if (box.IsEmpty || box.Length > bytesMax - _bytes.Length) return false;
        place = new PackedObject((uint)_bytes.Length, (uint)box.Length);
        _bytes.Write(box);
        Count++;
        return true;
    }

    /// <summary>The chunk to store; not of an empty pack.</summary>
    public ReadOnlyMemory<byte> Content => _bytes.GetBuffer().AsMemory(0, LengthBytes);

    public ChunkIdentity Identify() => ChunkHasher.Of(Content.Span);
}

/// <summary>An object of a pack as if it were a file of one chunk.</summary>
/// <param name="packs">The pack is its chunk 0.</param>
public sealed class PackedSource(IChunkSource packs, PackedObject place) : IChunkSource
{
    public ValueTask<bool> TryReadAsync(uint chunk, int offset, Memory<byte> buffer, CancellationToken cancellation) =>
        chunk == 0 && offset >= 0 && (ulong)offset + (ulong)buffer.Length <= place.LengthBytes
            ? packs.TryReadAsync(0, checked((int)place.Offset + offset), buffer, cancellation)
            : ValueTask.FromResult(false);

    public async ValueTask<long> LengthAsync(uint chunk, CancellationToken cancellation)
    {
        if (chunk != 0) return -1;
        return await packs.LengthAsync(0, cancellation) >= (long)place.Offset + place.LengthBytes ? place.LengthBytes : -1;
    }
}
