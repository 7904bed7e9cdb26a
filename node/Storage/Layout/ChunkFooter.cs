using System.Security.Cryptography;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Storage.Disk;

namespace Dsdn.Storage.Layout;

/// <summary>
/// What follows the content in a chunk's file, so that one rename makes both visible: the Merkle root of each 64 KiB block, 32 each |
/// "DSDNCHK1" | chunk 32 | coding u8 | shard u8 | generation u32 | owner 32 | length u64 | SHA-256 of the content 32 | chunk root 32 |
/// stored ms u64 | SHA-256 of all this 32.
/// </summary>
internal sealed record ChunkFooter(ChunkKey Key, Hash256 Owner, ChunkIdentity Identity, ChunkTree Tree, ulong StoredMs)
{
    private const int FixedBytes = 8 + Hash256.Size + 1 + 1 + 4 + Hash256.Size + 8 + (2 * Hash256.Size) + 8 + Hash256.Size;

    private static ReadOnlySpan<byte> Magic => "DSDNCHK1"u8;

    /// <summary>The length of the file of a content of this length.</summary>
    public static long FileBytes(long lengthBytes) => lengthBytes + FooterBytes(lengthBytes);

    public byte[] Encode()
    {
        LogWriter writer = new((int)FooterBytes((long)Identity.LengthBytes));
        foreach (Hash256 block in Tree.Blocks) writer.Hash(block);
        writer.Bytes(Magic).Hash(Key.ChunkId).U8((byte)Key.Coding).U8(Key.Shard).U32(Key.Generation).Hash(Owner)
            .U64(Identity.LengthBytes).Hash(Identity.Digest).Hash(Identity.Root).U64(StoredMs);
        return writer.Bytes(SHA256.HashData(writer.Written)).ToArray();
    }

    /// <summary>Null where the file does not end in a footer that holds by itself.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static ChunkFooter? Read(IDiskFile file)
    {
        long end = file.Length;
        byte[] head = new byte[FixedBytes];
        if (end <= FixedBytes || file.Read(head, end - FixedBytes) != FixedBytes) return null;
        LogReader reader = new(head);
        bool isOurs = reader.Bytes(Magic.Length).Span.SequenceEqual(Magic);
        ChunkKey key = new(reader.Hash(), (ChunkCoding)reader.U8((byte)ChunkCoding.ReedSolomon), reader.U8(), reader.U32());
        Hash256 owner = reader.Hash();
        ulong length = reader.U64();
        ChunkIdentity identity = new(reader.Hash(), reader.Hash(), length);
        ulong storedMs = reader.U64();
        reader.Hash();
        if (!isOurs || reader.End() != LogFault.None || length is 0 or > StorageOptions.ChunkBytesMax || end != FileBytes((long)length)) return null;
        byte[] footer = new byte[FooterBytes((long)length)];
        if (file.Read(footer, (long)length) != footer.Length) return null;
        if (!SHA256.HashData(footer.AsSpan(..^Hash256.Size)).AsSpan().SequenceEqual(footer.AsSpan(^Hash256.Size..))) return null;
        Hash256[] blocks = new Hash256[ChunkTree.BlockCount(length)];
        for (int i = 0; i < blocks.Length; i++) blocks[i] = new Hash256(footer.AsSpan(i * Hash256.Size, Hash256.Size));
        ChunkTree tree = new(length, blocks);
        return tree.Root == identity.Root ? new ChunkFooter(key, owner, identity, tree, storedMs) : null;
    }

    private static long FooterBytes(long lengthBytes) => ((long)ChunkTree.BlockCount((ulong)lengthBytes) * Hash256.Size) + FixedBytes;
}
