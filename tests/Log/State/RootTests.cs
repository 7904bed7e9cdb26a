using Dsdn.Chain.Execution;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Proofs;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Log.State.Checkpoints;
using Dsdn.Log.State.Roots;
using Dsdn.Log.State.Tables;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.State;

/// <summary>Roots and what they prove.</summary>
public sealed class RootTests
{
    [Fact]
    public void EveryKeyIsProvenAndEveryOtherProvenAbsent()
    {
        LogState state = new SampleScript(4).Run(30).Log.State;
        LogRoots roots = state.Roots();
        int proven = 0;
        foreach ((LogTableId table, ILeafTable source, int view) in state.Views)
        {
            Hash256 root = table.Part() == LogPart.Data ? roots.Data : roots.Operations;
            for (int i = 0; i < source.Count; i++)
            {
                LogWriter leaf = new();
                source.WriteLeaf(i, view, leaf);
                byte[] key = leaf.Written.Slice(1, source.KeyBytes).ToArray();
                LogProof proof = state.Prove(table, key);
                Assert.True(proof.TryVerify(root, table, key, out ReadOnlyMemory<byte> value));
                Assert.Equal(leaf.Written[(1 + key.Length)..].ToArray(), value.ToArray());
                Assert.False(proof.TryVerify(LogKeys.Word("x"), table, key, out _));
                proven++;
                if (key.Length == 0) continue;
                key[^1] ^= 0x80;
                LogProof absent = state.Prove(table, key);
                if (absent.Present is not null) continue;
                Assert.True(absent.TryVerify(root, table, key, out value));
                Assert.True(value.IsEmpty);
                key[^1] ^= 0x80;
                Assert.False(absent.TryVerify(root, table, key, out _)); // the neighbours do not enclose a key that is there
            }
        }
        Assert.True(proven > 50, $"{proven}");
    }

    [Fact]
    public void NeighboursThatAreNoneProveNothing()
    {
        SampleLog log = new();
        log.WithNodes(2, 2).Commit();
        string[] names = ["c0", "c1", "c2", "c3", "c4"];
        log.Owner("alice", new AgreementUse(LogKeys.Word("a"), LogKeys.Word("f"), ChunkCoding.Replicas, [.. names.Select(name => new ReservedChunk(LogKeys.Word(name), 10))])).Commit();
        foreach (string name in names) log.Owner("alice", log.Declared("a", "f", name, 10));
        Assert.Equal(names.Length, log.Commit().Applied);
        LogState state = log.State;
        Hash256 root = state.Roots().Data;
        Hash256[] chunks = [.. names.Select(LogKeys.Word).Order()];
        ProvenLeaf first = Expect.There(state.Prove(LogTableId.Chunk, chunks[0].Span).Present), third = Expect.There(state.Prove(LogTableId.Chunk, chunks[2].Span).Present);
        Assert.False(new LogProof(null, first, third).TryVerify(root, LogTableId.Chunk, chunks[1].Span, out _));
        Assert.False(new LogProof(null, first, third with { Index = first.Index + 1 }).TryVerify(root, LogTableId.Chunk, chunks[1].Span, out _));
        Assert.False(new LogProof(null, null, third).TryVerify(root, LogTableId.Chunk, chunks[1].Span, out _));
        Assert.False(new LogProof(null, first, null).TryVerify(root, LogTableId.Chunk, chunks[1].Span, out _));
        Assert.False(new LogProof(null, first with { Count = first.Index + 1 }, null).TryVerify(root, LogTableId.Chunk, chunks[1].Span, out _));
        Assert.False(new LogProof(null, null, null).TryVerify(root, LogTableId.Chunk, chunks[1].Span, out _));
        Assert.True(new LogProof(null, null, null).TryVerify(BatchRoots.OfNothing, LogTableId.Chunk, chunks[1].Span, out _));
        LogState empty = new(new SampleLog().Genesis, Sequential.Instance);
        Assert.Equal(BatchRoots.OfNothing, empty.Roots().Data);
        Assert.True(empty.Prove(LogTableId.Chunk, chunks[0].Span).TryVerify(empty.Roots().Data, LogTableId.Chunk, chunks[0].Span, out _));
    }

    [Fact]
    public void RootIsThePlainTreeOverTheSortedLeaves()
    {
        LogState state = new SampleScript(6).Run(30).Log.State;
        LogRoots roots = state.Roots();
        foreach (LogPart part in (LogPart[])[LogPart.Data, LogPart.Operations])
        {
            List<byte[]> leaves = [];
            foreach ((LogTableId table, ILeafTable source, int view) in state.Views)
            {
                if (table.Part() != part) continue;
                for (int i = 0; i < source.Count; i++)
                {
                    LogWriter leaf = new();
                    source.WriteLeaf(i, view, leaf);
                    leaves.Add(leaf.ToArray());
                }
            }
            for (int i = 1; i < leaves.Count; i++) Assert.True(leaves[i].AsSpan().SequenceCompareTo(leaves[i - 1]) > 0);
            Assert.Equal(part == LogPart.Data ? roots.Data : roots.Operations, Sha256Tree.Root([.. leaves.Select(leaf => Sha256Tree.Leaf(leaf))]));
        }
    }

    [Fact]
    public void RootsOnTheWaySeedsAndCoresChangeNothing()
    {
        SampleLog log = new SampleScript(8).Run(25).Log;
        LogState checkedAll = new(log.Genesis, new TwoThreads(), tableSeed: 54_321);
        foreach (byte[] encoded in log.Envelopes)
        {
            BatchEnvelopeCodec.TryDecode(encoded, out BatchEnvelope? envelope);
            Assert.True(checkedAll.Apply(Expect.There(envelope), encoded, LogCheck.Full, out _).IsValid);
            checkedAll.Roots();
        }
        Assert.Equal(log.State.Roots(), checkedAll.Roots());
        Assert.Equal(CheckpointContent.Write(log.State), CheckpointContent.Write(checkedAll));
    }

    [Fact]
    public void ForgedEventPassesWhereAuthorsAreNotLookedAtAndTheRootSaysSo()
    {
        SampleLog log = new();
        log.WithNodes(1, 1).Commit();
        byte[] forged = LogKeys.NodeEvent("n0", new NodeStats([], 1, 1, 1, 1, 1, 1), 1);
        forged[^1] ^= 1;
        log.Raw(forged).Commit();
        Assert.Equal(log.State.Roots(), log.Replay().Roots());
        Assert.NotEqual(log.State.Roots().State, log.Replay(LogCheck.BatchSignaturesOnly).Roots().State); // rulings 32
    }

    [Fact]
    public void FallbackAndTimeAreNotInTheDataRoot()
    {
        SampleLog plain = new(), troubled = new();
        foreach (SampleLog log in (SampleLog[])[plain, troubled])
        {
            bool isTroubled = log == troubled;
            log.WithNodes(3, 3).Commit();
            if (isTroubled) log.Committee(new FallbackActivated(FallbackReason.PrimaryDown, 2, 5, 1)).Commit(900_000);
            log.Owner("alice", new AgreementUse(LogKeys.Word("a"), LogKeys.Word("f"), ChunkCoding.Replicas, [new ReservedChunk(LogKeys.Word("c"), 10)])).Commit();
            if (isTroubled) log.Committee(new ReconciliationStarted(1, 2, 3)).Commit();
            log.Owner("alice", log.Declared("a", "f", "c", 10)).Commit();
            if (isTroubled) log.Committee(new ReconciliationCompleted(4, 4, 0, 9)).Committee(new FallbackDeactivated(8, 4, 9)).Commit();
        }
        Assert.Equal(plain.State.Roots().Data, troubled.State.Roots().Data);
        Assert.NotEqual(plain.State.Roots().Operations, troubled.State.Roots().Operations);
        Assert.Equal((false, 1UL), (troubled.State.Queries.Fallback?.IsActive, troubled.State.Queries.Fallback?.Activations));
        Assert.Equal((false, 4UL), (troubled.State.Queries.Reconciliation?.IsRunning, troubled.State.Queries.Reconciliation?.Reconciled));
    }

    private sealed class TwoThreads : IParallel
    {
        public void Run(params ReadOnlySpan<Action> pieces) => Parallel.Invoke(pieces.ToArray());

        public void For(int count, int grain, Action<int, int> range) =>
            Parallel.For(0, (count + grain - 1) / grain, i => range(i * grain, Math.Min(count, (i + 1) * grain)));
    }
}
