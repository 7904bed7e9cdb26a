using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>Chunks with what hangs on them: references, also by file and agreement, and replicas, each a chain through the rows of its table.</summary>
internal static class ChunkChains
{
    public static void AddReplica(LogTables tables, int chunk, in ReplicaKey key, ReplicaRow row)
    {
        tables.Touched.Add(key.Chunk);
        int slot = tables.Replicas.Find(key);
        if (slot != LogTables.None)
        {
            ref ReplicaRow before = ref tables.Replicas.Row(slot);
            (row.NextOfChunk, row.NextOfNode, row.BeforeOfNode) = (before.NextOfChunk, before.NextOfNode, before.BeforeOfNode);
            if (before.Life == ReplicaLife.Held && before.Generation == row.Generation && row.Life == ReplicaLife.Held) row.HeldSeq = before.HeldSeq; // acknowledged again for another file
            tables.Replicas.Edit(slot) = row;
            return;
        }
        ref ChunkRow owner = ref tables.Chunks.Row(chunk);
        int holder = tables.Holders.Find(new IdKey(key.Node));
        if (holder == LogTables.None) holder = tables.Holders.Add(new IdKey(key.Node), new HolderRow { FirstReplica = LogTables.None });
        ref HolderRow held = ref tables.Holders.Row(holder);
        (row.NextOfChunk, row.NextOfNode, row.BeforeOfNode) = (owner.FirstReplica, held.FirstReplica, LogTables.None);
        int added = tables.Replicas.Add(key, row);
        if (held.FirstReplica != LogTables.None) tables.Replicas.Row(held.FirstReplica).BeforeOfNode = added;
        (owner.FirstReplica, held.FirstReplica) = (added, added);
        held.Count++;
    }

    public static void RemoveReplica(LogTables tables, int chunk, int replica)
    {
        tables.Touched.Add(tables.Replicas.Key(replica).Chunk);
        AuditFreeze.Departs(tables, replica, isExcused: false);
        ref int link = ref tables.Chunks.Row(chunk).FirstReplica;
        while (link != replica) link = ref tables.Replicas.Row(link).NextOfChunk;
        link = tables.Replicas.Row(replica).NextOfChunk;
        ReplicaRow row = tables.Replicas.Row(replica);
        ref HolderRow held = ref tables.Holders.Row(tables.Holders.Find(new IdKey(tables.Replicas.Key(replica).Node)));
        if (row.NextOfNode != LogTables.None) tables.Replicas.Row(row.NextOfNode).BeforeOfNode = row.BeforeOfNode;
        if (row.BeforeOfNode != LogTables.None) tables.Replicas.Row(row.BeforeOfNode).NextOfNode = row.NextOfNode;
        else held.FirstReplica = row.NextOfNode;
        held.Count--;
        tables.Replicas.Remove(replica);
    }

    public static void AddReference(LogTables tables, int chunk, in TripleKey key)
    {
        tables.Touched.Add(key.First);
        int file = tables.Files.Find(new FileKey(key.Second, key.Third));
        if (file == LogTables.None) file = tables.Files.Add(new FileKey(key.Second, key.Third), new FileRow { FirstReference = LogTables.None });
        ref AgreementRow agreement = ref tables.Agreements.Row(tables.Agreements.Find(new IdKey(key.Second)));
        int added = tables.References.Add(key, new ReferenceRow
        {
            NextOfChunk = tables.Chunks.Row(chunk).FirstReference, NextOfFile = tables.Files.Row(file).FirstReference, NextOfAgreement = agreement.FirstReference,
            BeforeOfAgreement = LogTables.None,
        });
        if (agreement.FirstReference != LogTables.None) tables.References.Row(agreement.FirstReference).BeforeOfAgreement = added;
        agreement.FirstReference = added;
        tables.Chunks.Row(chunk).FirstReference = added;
        tables.Files.Row(file).FirstReference = added;
    }

    public static void RemoveReference(LogTables tables, int chunk, int reference)
    {
        TripleKey key = tables.References.Key(reference);
        tables.Touched.Add(key.First);
        int file = tables.Files.Find(new FileKey(key.Second, key.Third));
        ref int link = ref tables.Chunks.Row(chunk).FirstReference;
        while (link != reference) link = ref tables.References.Row(link).NextOfChunk;
        link = tables.References.Row(reference).NextOfChunk;
        link = ref tables.Files.Row(file).FirstReference;
        while (link != reference) link = ref tables.References.Row(link).NextOfFile;
        link = tables.References.Row(reference).NextOfFile;
        (int before, int next) = (tables.References.Row(reference).BeforeOfAgreement, tables.References.Row(reference).NextOfAgreement);
        if (before == LogTables.None) tables.Agreements.Row(tables.Agreements.Find(new IdKey(key.Second))).FirstReference = next;
        else tables.References.Row(before).NextOfAgreement = next;
        if (next != LogTables.None) tables.References.Row(next).BeforeOfAgreement = before;
        tables.References.Remove(reference);
        if (tables.Files.Row(file).FirstReference == LogTables.None) tables.Files.Remove(file);
    }

    /// <summary>Takes a reference away; a chunk without any is deleted, and what nobody stores yet is not to be stored any more.</summary>
    public static void Release(LogTables tables, int reference, ulong seq)
    {
        TripleKey key = tables.References.Key(reference);
        int chunk = tables.Chunks.Find(new IdKey(key.First));
        ref AgreementRow agreement = ref tables.Agreements.Edit(tables.Agreements.Find(new IdKey(key.Second)));
        agreement.References--;
        agreement.HeldBytes -= tables.Chunks.Row(chunk).LengthBytes;
        RemoveReference(tables, chunk, reference);
        if (tables.Chunks.Row(chunk).FirstReference != LogTables.None) return;
        AuditFreeze.DepartsAll(tables, chunk);
        ref ChunkRow row = ref tables.Chunks.Edit(chunk);
        row.Life = ChunkLife.Deleted;
        row.DeletedSeq = seq;
        int next = row.FirstReplica;
        while (next is not LogTables.None and var replica)
        {
            next = tables.Replicas.Row(replica).NextOfChunk;
            if (tables.Replicas.Row(replica).Life == ReplicaLife.Assigned) RemoveReplica(tables, chunk, replica);
        }
    }

    /// <summary>The row of a node's replica where it has this generation.</summary>
    public static int FindReplica(LogTables tables, in Hash256 chunk, byte slot, in Hash256 node, uint generation)
    {
        int found = tables.Replicas.Find(new ReplicaKey(chunk, slot, node));
        return found != LogTables.None && tables.Replicas.Row(found).Generation == generation ? found : LogTables.None;
    }
}
