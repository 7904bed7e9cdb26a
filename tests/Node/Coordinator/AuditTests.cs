using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Proofs;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Coordinator.Audits;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Audits;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Node.Tests.Coordinator;

/// <summary>What a coordinator keeps of audits, and what it proves of them to the chain.</summary>
public sealed class AuditTests
{
    [Fact]
    public void AnswersAreKeptUnderTheirRootAndServedAfterARestart()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"dsdn-answers-{Guid.NewGuid():N}");
        try
        {
            AuditRig rig = new AuditRig().Seeded();
            AnswerSheet first = rig.Sheet("n0"), second = rig.Sheet("n0", _ => false);
            AnswerStore store = new(folder, LogKeys.ChainId);
            store.Put(first);
            store.Put(first);
            store.Put(second); // a node that says two things: both are evidence
            AnswerStore again = new(folder, LogKeys.ChainId);
            Assert.Equal(first.Encode(), again.Find(1, first.Heading.AnswersRoot));
            Assert.Null(again.Find(2, first.Heading.AnswersRoot));
            Assert.Null(again.Find(1, Hash256.Zero));
            Assert.Equal(2, again.Of(1).Count());
            File.WriteAllBytes(Path.Combine(folder, "1", "00.sheet"), [1, 2, 3]);
            Assert.Equal(2, again.Of(1).Count());
            Assert.Empty(again.Of(7));
            again.Prune(DateTimeOffset.UtcNow);
            Assert.NotNull(again.Find(1, first.Heading.AnswersRoot));
            again.Prune(DateTimeOffset.UtcNow.AddDays(8));
            Assert.Null(again.Find(1, first.Heading.AnswersRoot));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void FaultsAreProvenUnderTheRootThatTheChainIsToldOf()
    {
        AuditRig rig = new AuditRig().Seeded();
        NodeAuditEntry node = rig.Audits.Nodes()[0];
        byte[] none = new byte[Bitmap.BytesFor(node.Draws)];
        rig.Commit([new AuditVerdict(node.NodeId, 1, default, node.Draws, none, none)], AuditRig.Times.EveryMs);
        FaultReports reports = new();
        while (rig.State.RootsAt(rig.State.Seq) is null) rig.Log.Commit();
        LogRootsAt roots = rig.State.RootsAt(rig.State.Seq) ?? throw new InvalidOperationException("no roots");
        reports.Collect(rig.State, roots);
        rig.Log.Commit(); // the state goes on; what was proven stays so

        Assert.Empty(reports.Under(LogKeys.Word("another root")));
        FaultReport report = Assert.Single(reports.Under(roots.Roots.State));
        Assert.Equal((node.NodeId, 1UL, AuditFaultKind.Silent), (report.NodeId, report.Epoch, report.Fault.Kind));
        Assert.Equal(LogFault.None, StateLeafProof.TryDecode(report.Leaf, report.Path, out StateLeafProof? proof));
        Assert.Equal(roots.Roots.State, proof?.StateRoot());
        Assert.Equal(report.Fault, AuditFaultLeaf.Read(proof!, node.NodeId, 1));
        reports.Done(report);
        Assert.Empty(reports.Under(roots.Roots.State));
    }
}
