using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Availability;

/// <summary>
/// SHA-256 and chunk root of bytes while they pass, whatever the pieces they come in. Holds one block of 64 KiB at most, and 32 bytes
/// for each block that passed.
/// </summary>
public sealed class ChunkHasher : IDisposable
{
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _pending = new byte[ChunkTree.BlockBytes];
    private readonly List<Hash256> _blocks = [];
    private int _pendingBytes;

    public ulong LengthBytes { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        LengthBytes += (ulong)bytes.Length;
        while (!bytes.IsEmpty)
        {
            int take = Math.Min(bytes.Length, ChunkTree.BlockBytes - _pendingBytes);
            ReadOnlySpan<byte> piece = bytes[..take];
            // Both hashes see a block while it is in the cache.
            _digest.AppendData(piece);
            bytes = bytes[take..];
            if (take == ChunkTree.BlockBytes)
            {
                _blocks.Add(ChunkTree.BlockRoot(piece));
                continue;
            }
            piece.CopyTo(_pending.AsSpan(_pendingBytes));
            _pendingBytes += take;
            if (_pendingBytes < ChunkTree.BlockBytes) continue;
            _blocks.Add(ChunkTree.BlockRoot(_pending));
            _pendingBytes = 0;
        }
    }

    /// <summary>The identity of all bytes since the start, and the tree above their blocks; then starts anew.</summary>
    /// <exception cref="InvalidOperationException">No bytes: nothing has no chunk root.</exception>
    public ChunkIdentity Finish(out ChunkTree tree)
    {
        if (LengthBytes == 0) throw new InvalidOperationException("nothing has no chunk root");
        if (_pendingBytes > 0) _blocks.Add(ChunkTree.BlockRoot(_pending.AsSpan(0, _pendingBytes)));
        Span<byte> digest = stackalloc byte[Hash256.Size];
        _digest.GetHashAndReset(digest);
        tree = new ChunkTree(LengthBytes, CollectionsMarshal.AsSpan(_blocks).ToArray());
        ChunkIdentity identity = new(new Hash256(digest), tree.Root, LengthBytes);
        Clear();
        return identity;
    }

    /// <summary><see cref="Finish(out ChunkTree)"/> without the tree.</summary>
    public ChunkIdentity Finish() => Finish(out _);

    /// <summary>Of bytes that are all there; not empty.</summary>
    public static ChunkIdentity Of(ReadOnlySpan<byte> bytes)
    {
        using ChunkHasher hasher = new();
        hasher.Append(bytes);
        return hasher.Finish();
    }

    /// <summary>Forgets what passed.</summary>
    public void Reset()
    {
        Span<byte> ignored = stackalloc byte[Hash256.Size];
        _digest.GetHashAndReset(ignored);
        Clear();
    }

    public void Dispose() => _digest.Dispose();

    private void Clear()
    {
        _blocks.Clear();
        _pendingBytes = 0;
        LengthBytes = 0;
    }
}
