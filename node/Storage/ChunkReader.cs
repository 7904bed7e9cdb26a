using System.Security.Cryptography;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.DirectIo;
using Dsdn.Storage.Disk;
using Dsdn.Storage.Layout;

namespace Dsdn.Storage;

/// <summary>
/// A stored chunk, open. Every block of 64 KiB is compared with the tree before a byte of it leaves; one that is not right puts the
/// chunk into quarantine. Stays readable while the chunk is deleted. One thread at a time.
/// </summary>
public sealed class ChunkReader : IDisposable
{
    private const int LongBytes = 256 * 1024;

    private readonly ChunkStore _store;
    private readonly StoredChunk _chunk;
    private readonly ChunkFooter _footer;
    private readonly IDiskFile _file;
    private readonly byte[] _room = new byte[ChunkTree.BlockBytes];

    /// <summary>Of a long read: what was read ahead past the system's cache, and from where on.</summary>
    private AlignedRoom? _ahead;
    private long _aheadFrom;
    private int _aheadBytes, _pieceBytes;

    private Memory<byte> _block;
    private int _blockIndex = -1;

    internal ChunkReader(ChunkStore store, in StoredChunk chunk, ChunkFooter footer, IDiskFile file) => (_store, _chunk, _footer, _file) = (store, chunk, footer, file);

    public StoredChunk Chunk => _chunk;

    /// <summary>The agreement it was stored for.</summary>
    public Hash256 Owner => _footer.Owner;

    /// <summary>What the content is known by.</summary>
    public ChunkIdentity Identity => _footer.Identity;

    public long LengthBytes => (long)_footer.Identity.LengthBytes;

    public ulong StoredMs => _footer.StoredMs;

    /// <summary>
    /// Says how much will be read, in order. A long read goes past the system's cache (docs/decisions/0033): filling the cache costs more than reading the disk, and would push out what is asked for
    /// again and again in small ranges.
    /// </summary>
    public void Expect(long bytes)
    {
        if (bytes < LongBytes || _ahead is not null || !_file.TryPassCache()) return;
        _ahead = AlignedRoom.Rent();
        _pieceBytes = (int)Math.Min(AlignedRoom.Bytes, (bytes + ChunkTree.BlockBytes - 1) / ChunkTree.BlockBytes * ChunkTree.BlockBytes);
    }

    /// <summary>Fills the whole buffer from an offset. Faults: Range, Corrupt, Disk; then the buffer holds nothing to use.</summary>
    public StoreVerdict Read(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset > LengthBytes || buffer.Length > LengthBytes - offset) return new StoreVerdict(StoreFault.Range, $"{offset} + {buffer.Length} of {LengthBytes} bytes");
        int asked = buffer.Length;
        while (!buffer.IsEmpty)
        {
            StoreVerdict verdict = Load((int)(offset / ChunkTree.BlockBytes));
            if (!verdict.IsDone) return verdict;
            int inside = (int)(offset % ChunkTree.BlockBytes), take = Math.Min(buffer.Length, _footer.Tree.BlockLength(_blockIndex) - inside);
            _block.Span.Slice(inside, take).CopyTo(buffer);
            buffer = buffer[take..];
            offset += take;
        }
        _store.Metrics.Read(asked);
        return StoreVerdict.Done;
    }

    /// <summary>The leaf an audit draws, with its proof. Faults: Range, Corrupt, Disk.</summary>
    public StoreVerdict Prove(uint leaf, out ChunkLeaf? proof)
    {
        proof = null;
        if (leaf >= ChunkRoot.LeafCount(_footer.Identity.LengthBytes)) return new StoreVerdict(StoreFault.Range, $"leaf {leaf}");
        StoreVerdict verdict = Load((int)(leaf / (ChunkTree.BlockBytes / ChunkRoot.LeafBytes)));
        if (verdict.IsDone) proof = _footer.Tree.Prove(leaf, _block.ToArray());
        return verdict;
    }

    /// <summary>A block of 64 KiB with its proof; its content is valid until the next read. Faults: Range, Corrupt, Disk.</summary>
    public StoreVerdict ProveBlock(uint index, out ChunkBlock? proof)
    {
        proof = null;
        if (index >= (uint)_footer.Tree.Blocks.Count) return new StoreVerdict(StoreFault.Range, $"block {index}");
        StoreVerdict verdict = Load((int)index);
        if (!verdict.IsDone) return verdict;
        proof = _footer.Tree.Prove((int)index, _block);
        _store.Metrics.Read(_block.Length);
        return verdict;
    }

    public void Dispose()
    {
        _file.Dispose();
        _ahead?.Dispose();
    }

    /// <summary>All blocks, and SHA-256 of them together.</summary>
    internal StoreVerdict Check(out long bytesRead)
    {
        bytesRead = 0;
        using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Expect(LengthBytes);
        for (int block = 0; block < _footer.Tree.Blocks.Count; block++)
        {
            StoreVerdict verdict = Load(block);
            if (!verdict.IsDone) return verdict;
            digest.AppendData(_block.Span);
            bytesRead += _block.Length;
        }
        return digest.GetHashAndReset().AsSpan().SequenceEqual(_footer.Identity.Digest.Span)
            ? StoreVerdict.Done
            : _store.Quarantine(_chunk, "SHA-256 is another");
    }

    private StoreVerdict Load(int index)
    {
        if (index == _blockIndex) return StoreVerdict.Done;
        _blockIndex = -1;
        try
        {
            Memory<byte> block = Stored((long)index * ChunkTree.BlockBytes, _footer.Tree.BlockLength(index));
            if (block.Length != _footer.Tree.BlockLength(index) || !_footer.Tree.Holds(index, block.Span)) return _store.Quarantine(_chunk, $"block {index} is not what was stored");
            _block = block;
        }
        catch (IOException failure)
        {
            _aheadBytes = 0;
            _store.Metrics.DiskFailed();
            return new StoreVerdict(StoreFault.Disk, failure.Message);
        }
        _blockIndex = index;
        return StoreVerdict.Done;
    }

    /// <returns>What lies there; less than asked for at the end of the file.</returns>
    private Memory<byte> Stored(long offset, int length)
    {
        if (_ahead is null) return _room.AsMemory(0, _file.Read(_room.AsSpan(0, length), offset));
        if (offset < _aheadFrom || offset + length > _aheadFrom + _aheadBytes) (_aheadFrom, _aheadBytes) = (offset, _file.Read(_ahead.Memory.Span[.._pieceBytes], offset));
        return _ahead.Memory.Slice((int)(offset - _aheadFrom), Math.Min(length, _aheadBytes));
    }
}
