using System.Security.Cryptography;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Storage.Disk;
using Dsdn.Storage.Layout;

namespace Dsdn.Storage;

/// <summary>
/// A stored chunk, open. Every block of 64 KiB is compared with the tree before a byte of it leaves; one that is not right puts the
/// chunk into quarantine. Stays readable while the chunk is deleted. One thread at a time.
/// </summary>
public sealed class ChunkReader : IDisposable
{
    private readonly ChunkStore _store;
    private readonly StoredChunk _chunk;
    private readonly ChunkFooter _footer;
    private readonly IDiskFile _file;
    private readonly byte[] _block = new byte[ChunkTree.BlockBytes];
    private int _blockIndex = -1;

    internal ChunkReader(ChunkStore store, in StoredChunk chunk, ChunkFooter footer, IDiskFile file) => (_store, _chunk, _footer, _file) = (store, chunk, footer, file);

    public StoredChunk Chunk => _chunk;

    /// <summary>The agreement it was stored for.</summary>
    public Hash256 Owner => _footer.Owner;

    /// <summary>What the content is known by.</summary>
    public ChunkIdentity Identity => _footer.Identity;

    public long LengthBytes => (long)_footer.Identity.LengthBytes;

    public ulong StoredMs => _footer.StoredMs;

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
            _block.AsSpan(inside, take).CopyTo(buffer);
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
        if (verdict.IsDone) proof = _footer.Tree.Prove(leaf, _block.AsSpan(0, _footer.Tree.BlockLength(_blockIndex)).ToArray());
        return verdict;
    }

    /// <summary>A block of 64 KiB with its proof. Faults: Range, Corrupt, Disk.</summary>
    public StoreVerdict ProveBlock(uint index, out ChunkBlock? proof)
    {
        proof = null;
        if (index >= (uint)_footer.Tree.Blocks.Count) return new StoreVerdict(StoreFault.Range, $"block {index}");
        StoreVerdict verdict = Load((int)index);
        if (!verdict.IsDone) return verdict;
        int length = _footer.Tree.BlockLength((int)index);
        proof = _footer.Tree.Prove((int)index, _block.AsSpan(0, length).ToArray());
        _store.Metrics.Read(length);
        return verdict;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>All blocks, and SHA-256 of them together.</summary>
    internal StoreVerdict Check(out long bytesRead)
    {
        bytesRead = 0;
        using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int block = 0; block < _footer.Tree.Blocks.Count; block++)
        {
            StoreVerdict verdict = Load(block);
            if (!verdict.IsDone) return verdict;
            digest.AppendData(_block.AsSpan(0, _footer.Tree.BlockLength(block)));
            bytesRead += _footer.Tree.BlockLength(block);
        }
        return digest.GetHashAndReset().AsSpan().SequenceEqual(_footer.Identity.Digest.Span)
            ? StoreVerdict.Done
            : _store.Quarantine(_chunk, "SHA-256 is another");
    }

    private StoreVerdict Load(int index)
    {
        if (index == _blockIndex) return StoreVerdict.Done;
        _blockIndex = -1;
        Span<byte> block = _block.AsSpan(0, _footer.Tree.BlockLength(index));
        try
        {
            int read = _file.Read(block, (long)index * ChunkTree.BlockBytes);
            if (read != block.Length || !_footer.Tree.Holds(index, block)) return _store.Quarantine(_chunk, $"block {index} is not what was stored");
        }
        catch (IOException failure)
        {
            _store.Metrics.DiskFailed();
            return new StoreVerdict(StoreFault.Disk, failure.Message);
        }
        _blockIndex = index;
        return StoreVerdict.Done;
    }
}
