using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.State.Snapshots;

/// <summary>
/// What a snapshot is (chain-decisions 2, Snapshot v1): RLP [format 1, height, headerHash, stateRoot, chunks, [SHA-256 of each chunk],
/// [accounts, records]].
/// </summary>
public sealed record SnapshotManifest(
    ulong Height, Hash256 HeaderHash, Hash256 StateRoot, IReadOnlyList<Hash256> Chunks, ulong Accounts, ulong Records)
{
    public const ulong Format = 1;

    public const int ChunksMax = 65_536;

    /// <summary>No chunk is larger, so that every one fits a message between peers.</summary>
    public const int ChunkBytesMax = 4 << 20;

    public const int ManifestBytesMax = 4 << 20;

    /// <summary>SHA-256 of the encoding: what peers call the snapshot.</summary>
    public Hash256 Hash => new(SHA256.HashData(Encode()));

    public byte[] Encode()
    {
        var writer = new RlpWriter(default);
        int all = writer.BeginList();
        writer.Write(Format);
        writer.Write(Height);
        writer.Write(HeaderHash);
        writer.Write(StateRoot);
        writer.Write((ulong)Chunks.Count);
        int hashes = writer.BeginList();
        foreach (Hash256 chunk in Chunks) writer.Write(chunk);
        writer.EndList(hashes);
        int totals = writer.BeginList();
        writer.Write(Accounts);
        writer.Write(Records);
        writer.EndList(totals);
        writer.EndList(all);
        return writer.ToArray();
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SnapshotManifest? manifest)
    {
        manifest = null;
        if (bytes.Length > ManifestBytesMax) return false;
        var reader = new RlpReader(bytes);
        if (!reader.TryReadList(out RlpReader items) || !reader.AtEnd) return false;
        if (!items.TryReadUInt64(out ulong format) || format != Format || !items.TryReadUInt64(out ulong height)) return false;
        if (!items.TryReadHash(out Hash256 headerHash) || !items.TryReadHash(out Hash256 stateRoot)) return false;
        if (!items.TryReadUInt64(out ulong count) || count > ChunksMax || !items.TryReadList(out RlpReader hashes)) return false;
        var chunks = new Hash256[(int)count];
        for (int i = 0; i < chunks.Length; i++)
            if (!hashes.TryReadHash(out chunks[i])) return false;
        if (!hashes.AtEnd || !items.TryReadList(out RlpReader totals)) return false;
        if (!totals.TryReadUInt64(out ulong accounts) || !totals.TryReadUInt64(out ulong records) || !totals.AtEnd || !items.AtEnd) return false;
        manifest = new SnapshotManifest(height, headerHash, stateRoot, chunks, accounts, records);
        return true;
    }
}
