using System.Runtime.InteropServices;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Trie;

/// <summary>
/// The nodes to be hashed, by level: a node comes after all nodes whose references it holds, so all of a level can be hashed side by
/// side. Each job writes the reference of its node into a slot, where the job of the parent finds it. Not thread-safe; used again and again.
/// </summary>
internal sealed class HashPlan(KeccakPath path)
{
    private const int BatchNodes = 256;

    // A leaf's value is below 256 bytes (LeafPayload), so no node is larger than a full branch.
    private const int NodeBytesMax = NodeEncoding.BranchBytesMax;

    private const int ChunkSlots = 1_024;

    private readonly List<List<Job>> _levels = [];
    private readonly byte[] _packed = new byte[BatchNodes * NodeBytesMax];
    private readonly int[] _offsets = new int[BatchNodes + 1];
    private readonly Hash256[] _digests = new Hash256[BatchNodes];
    private readonly List<byte[]> _chunks = [];
    private int _slotsUsed;

    public HashPlan() : this(KeccakBatch.BestPath)
    {
    }

    /// <summary>Nodes hashed by the last <see cref="Run"/>.</summary>
    public int NodesHashed { get; private set; }

    /// <summary>Room for references that no node keeps.</summary>
    public (byte[] Slots, int Offset) Rent(int count)
    {
        if ((_slotsUsed % ChunkSlots) + count > ChunkSlots) _slotsUsed += ChunkSlots - (_slotsUsed % ChunkSlots);
        int chunk = _slotsUsed / ChunkSlots;
        if (chunk == _chunks.Count) _chunks.Add(new byte[ChunkSlots * NodeEncoding.SlotBytes]);
        int offset = _slotsUsed % ChunkSlots * NodeEncoding.SlotBytes;
        _slotsUsed += count;
        return (_chunks[chunk], offset);
    }

    public void Leaf(
        byte[] key, int keyOffset, byte[] payload, int payloadOffset, int payloadLength, int depth, LeafForm form, byte[] target, int targetOffset) =>
        At(0).Add(new Job(Kind.Leaf, key, keyOffset, payload, payloadOffset, depth, payloadLength, form, target, targetOffset));

    public void Branch(int level, ushort mask, byte[] slots, int slotsOffset, byte[] target, int targetOffset) =>
        At(level).Add(new Job(Kind.Branch, slots, 0, slots, slotsOffset, 0, mask, default, target, targetOffset));

    public void Extension(int level, byte[] key, int keyOffset, int from, int until, byte[] slot, int slotOffset, byte[] target, int targetOffset) =>
        At(level).Add(new Job(Kind.Extension, key, keyOffset, slot, slotOffset, from, until, default, target, targetOffset));

    /// <summary>Hashes all jobs and forgets them.</summary>
    public void Run()
    {
        NodesHashed = 0;
        foreach (List<Job> level in _levels)
        {
            Span<Job> jobs = CollectionsMarshal.AsSpan(level);
            NodesHashed += jobs.Length;
            while (!jobs.IsEmpty)
            {
                int count = Math.Min(jobs.Length, BatchNodes);
                Hash(jobs[..count]);
                jobs = jobs[count..];
            }
            level.Clear();
        }
        _slotsUsed = 0;
    }

    public void Clear()
    {
        foreach (List<Job> level in _levels) level.Clear();
        _slotsUsed = 0;
    }

    private List<Job> At(int level)
    {
        while (_levels.Count <= level) _levels.Add([]);
        return _levels[level];
    }

    private void Hash(ReadOnlySpan<Job> jobs)
    {
        int used = 0;
        for (int i = 0; i < jobs.Length; i++)
        {
            _offsets[i] = used;
            used += Encode(jobs[i], _packed.AsSpan(used));
        }
        _offsets[jobs.Length] = used;
        KeccakBatch.Hash(_packed.AsSpan(0, used), _offsets.AsSpan(0, jobs.Length + 1), _digests, path);
        for (int i = 0; i < jobs.Length; i++)
        {
            ref readonly Job job = ref jobs[i];
            NodeEncoding.WriteReference(
                job.Target.AsSpan(job.TargetOffset, NodeEncoding.SlotBytes), _packed.AsSpan(_offsets[i].._offsets[i + 1]), _digests[i]);
        }
    }

    private static int Encode(in Job job, Span<byte> to)
    {
        switch (job.Kind)
        {
            case Kind.Leaf:
                Span<byte> value = stackalloc byte[LeafPayload.BytesMax + 80];
                value = value[..LeafPayload.WriteValue(value, job.Source.AsSpan(job.SourceOffset, job.To), job.Form)];
                return NodeEncoding.WriteLeaf(to, job.Key.AsSpan(job.KeyOffset, 32), job.From, value);
            case Kind.Branch:
                return NodeEncoding.WriteBranch(to, unchecked((ushort)job.To), job.Source.AsSpan(job.SourceOffset));
            default:
                return NodeEncoding.WriteExtension(
                    to, job.Key.AsSpan(job.KeyOffset, 32), job.From, job.To, job.Source.AsSpan(job.SourceOffset, NodeEncoding.SlotBytes));
        }
    }

    private enum Kind : byte
    {
        Leaf,
        Branch,
        Extension,
    }

    /// <param name="To">Leaf: payload length. Branch: mask. Extension: end of the path.</param>
    private readonly record struct Job(
        Kind Kind, byte[] Key, int KeyOffset, byte[] Source, int SourceOffset, int From, int To, LeafForm Form, byte[] Target, int TargetOffset);
}
