using Dsdn.Chain.Log.Audits;
using Dsdn.Log.Audits;
using Microsoft.Extensions.Logging;

namespace Dsdn.Coordinator.Audits;

/// <summary>Where every sheet passes that a node showed: kept, held against what the node showed before, and handed to whoever judges it.</summary>
/// <param name="judge">The loop's <see cref="Auditor"/>.</param>
internal sealed class SheetDesk(AnswerStore answers, LieReports lies, Func<AnswerSheet, Task<SheetOutcome>> judge, ILogger logger)
{
    /// <summary>Kept first: a verdict must never speak of answers that nobody can see. A lie convicts also where the audit is over.</summary>
    /// <exception cref="IOException">the disk failed</exception>
    public async Task<SheetOutcome> TakeAsync(AnswerSheet sheet)
    {
        if (!sheet.IsSigned()) return SheetOutcome.Unsigned;
        answers.Put(sheet);
        if (lies.Look(sheet) is { } lie) CoordinatorLog.Lied(logger, lie.NodeId.ToString(), lie.Epoch);
        SheetOutcome outcome = await judge(sheet);
        if (outcome == SheetOutcome.Contradicts) CoordinatorLog.Contradicts(logger, sheet.Heading.NodeId.ToString(), sheet.Heading.Epoch);
        return outcome;
    }

    /// <summary>What was shown before this process started, of an audit that is open.</summary>
    public async Task RestoreAsync(ulong epoch)
    {
        foreach (AnswerSheet sheet in answers.Of(epoch)) await TakeAsync(sheet);
    }

    public void Prune(DateTimeOffset now)
    {
        answers.Prune(now);
        lies.Prune(now);
    }
}
