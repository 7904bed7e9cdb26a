using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State.Tables;

/// <summary>
/// A node of the registry. View 0 (Node): operator 20 | class u8 | status u8 | has left u8 | zone u16 | TLS fingerprint 32: who it is, without a
/// time. View 1 (NodeRow): the row of the Nodes feed as it is, RLP.
/// </summary>
internal struct NodeRow : ILogRow
{
    public NodeRecord? Record;

    public readonly void Write(int view, LogWriter writer)
    {
        if (Record is not { } record) throw new InvalidOperationException("a node without a row");
        if (view == 1) writer.Bytes(record.Encode());
        else writer.Address(record.Operator).U8(record.Class).U8(record.Status).U8(record.HasLeft ? (byte)1 : (byte)0).U16(record.Zone).Hash(record.TlsFingerprint);
    }
}

/// <summary>owner 20 | references u64 | bytes u128: whose an agreement is, and what it holds.</summary>
internal struct AgreementRow : ILogRow
{
    public Address Owner;
    public ulong References;

    /// <summary>Sum of the lengths of the chunks it references.</summary>
    public UInt128 HeldBytes;

    /// <summary>Slot in the table of references; in no leaf.</summary>
    public int FirstReference;

    public AgreementRow() => FirstReference = LogTables.None;

    public readonly void Write(int view, LogWriter writer) => writer.Address(Owner).U64(References).U128(HeldBytes);
}

/// <summary>Numbers are part of the format.</summary>
internal enum ChunkLife : byte
{
    Live = 1,

    /// <summary>No agreement references it any more; its generation stays known for ever.</summary>
    Deleted = 2,
}

/// <summary>
/// View 0 (Chunk): life u8 | generation u32 | coding u8 | length u64 | is placed u8 | roots 32 each, one or nine. View 1 (ChunkPosition): reserved
/// seq u64 | declared seq u64 | placed seq u64 | deleted seq u64, 0 where it has not happened in this generation.
/// </summary>
internal struct ChunkRow : ILogRow
{
    public ChunkLife Life;
    public ChunkCoding Coding;
    public uint Generation;
    public ulong LengthBytes, ReservedSeq, DeclaredSeq, PlacedSeq, DeletedSeq;
    public Hash256 Root;

    /// <summary>All roots where there are several.</summary>
    public Hash256[]? ShardRoots;

    /// <summary>Slots in the tables of references and replicas; <see cref="LogTable{TKey,TRow}.None"/> ends the chain.</summary>
    public int FirstReference, FirstReplica;

    public readonly bool IsPlaced => PlacedSeq != 0;

    public readonly Hash256 RootOf(byte slot) => ShardRoots is null ? Root : ShardRoots[slot];

    public readonly bool HasRoots(IReadOnlyList<Hash256> roots)
    {
        if (ShardRoots is null) return roots.Count == 1 && roots[0] == Root;
        if (roots.Count != ShardRoots.Length) return false;
        for (int i = 0; i < ShardRoots.Length; i++)
            if (roots[i] != ShardRoots[i]) return false;
        return true;
    }

    public readonly void Write(int view, LogWriter writer)
    {
        if (view == 1)
        {
            writer.U64(ReservedSeq).U64(DeclaredSeq).U64(PlacedSeq).U64(DeletedSeq);
            return;
        }
        writer.U8((byte)Life).U32(Generation).U8((byte)Coding).U64(LengthBytes).U8(IsPlaced ? (byte)1 : (byte)0);
        if (ShardRoots is null) writer.Hash(Root);
        else foreach (Hash256 root in ShardRoots) writer.Hash(root);
    }
}

/// <summary>That a file of an agreement has a chunk: chunk 32 | agreement 32 | file 32 and nothing else.</summary>
internal struct ReferenceRow : ILogRow
{
    /// <summary>Slots of this table; those of an agreement are chained both ways, since it has many.</summary>
    public int NextOfChunk, NextOfFile, NextOfAgreement, BeforeOfAgreement;

    public readonly void Write(int view, LogWriter writer)
    {
    }
}

/// <summary>Numbers are part of the format.</summary>
internal enum ReplicaLife : byte
{
    /// <summary>The node is to store it.</summary>
    Assigned = 1,

    /// <summary>The node said that it stores it.</summary>
    Held = 2,
}

/// <summary>
/// View 0 (Replica): life u8 | generation u32 | zone u16, which is the node's when it was placed. View 1 (ReplicaPosition): held seq u64, the batch since
/// which the node says that it stores it; 0 while it does not.
/// </summary>
internal struct ReplicaRow : ILogRow
{
    public ReplicaLife Life;
    public ushort Zone;
    public uint Generation;
    public ulong HeldSeq;

    /// <summary>Slots of this table; those of a node are chained both ways, since nodes have many.</summary>
    public int NextOfChunk, NextOfNode, BeforeOfNode;

    public readonly void Write(int view, LogWriter writer)
    {
        if (view == 1) writer.U64(HeldSeq);
        else writer.U8((byte)Life).U32(Generation).U16(Zone);
    }
}

/// <summary>The replicas of a node; in memory only.</summary>
internal struct HolderRow : ILogRow
{
    public int FirstReplica, Count;

    public readonly void Write(int view, LogWriter writer) => throw new InvalidOperationException("holders have no leaf");
}

/// <summary>The references of a file; in memory only.</summary>
internal struct FileRow : ILogRow
{
    public int FirstReference;

    public readonly void Write(int view, LogWriter writer) => throw new InvalidOperationException("files have no leaf");
}
