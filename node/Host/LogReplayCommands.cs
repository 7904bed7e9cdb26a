using System.CommandLine;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Log.State;
using Dsdn.Node.Archive;
using Dsdn.Sdk.Errors;

namespace Dsdn.Host;

/// <summary><c>dsdn log replay|verify|export</c>: the state of an archived log from its batches alone, and whether what others said of it holds.</summary>
internal static class LogReplayCommands
{
    private const int ExitIntegrity = 5;

    public static IEnumerable<Command> Create(CommandContext context) => [Replay(context), Verify(context), Export(context)];

    private static Command Replay(CommandContext context)
    {
        LogFlags flags = new(context);
        Option<string?> from = context.OptionOf<string?>("log", "--from", "genesis|checkpoint|file"), until = context.OptionOf<string?>("log", "--until", "seq");
        return context.Leaf("log.replay", (run, cancel) => Task.Run(() => NodeFailures.Coded(() =>
        {
            string start = run.Value(from) ?? "genesis";
            bool isFile = start is not ("genesis" or "checkpoint");
            using ArchivedLog log = isFile ? ArchivedLog.Open(Path.GetFullPath(start)) ?? throw new DsdnException("DSDN-E-LOG-ARCHIVE-MISSING", ErrorClass.Usage, start) : flags.Open(run);
            ulong applied = 0, events = 0, last = LogFlags.Seq(run.Value(until), log.Head);
            (LogState state, LogStart begun) = log.Replay(last, start == "checkpoint" ? last : 0, LogFlags.Parallel, (_, batch) =>
            {
                cancel.ThrowIfCancellationRequested();
                events += (ulong)batch.Events.Count;
                applied += (ulong)batch.Applied;
                return true;
            });
            return Describe(run, LogReadCommands.Whose(log), state).Add("checkpointSeq", begun.CheckpointSeq).Add("replayedBatches", begun.Replayed).Add("events", events).Add("applied", applied);
        }), cancel), [.. flags.Source, from, until]);
    }

    private static Command Verify(CommandContext context)
    {
        LogFlags flags = new(context);
        return context.Leaf("log.verify", (run, cancel) => Task.Run(() => NodeFailures.Coded(() =>
        {
            using ArchivedLog log = flags.Open(run);
            Verification verification = new(log);
            (LogState state, _) = log.Replay(log.Head, checkpointSeqMax: 0, LogFlags.Parallel, (after, batch) =>
            {
                cancel.ThrowIfCancellationRequested();
                verification.Look(after, batch);
                return true;
            });
            Report report = new() { ExitCode = verification.Faults.Count == 0 ? 0 : ExitIntegrity };
            report.Add("logId", log.Genesis.LogId).Add("valid", verification.Faults.Count == 0);
            Describe(run, report, state).Add("checkpoints", verification.Checkpoints).Add("anchors", verification.Anchors).Add("certificates", verification.Certificates).Add("pointers", verification.Pointers);
            return verification.Faults.Count == 0 ? report : report.AddTable("faults", ["where", "what"], [.. verification.Faults.Select(static fault => (IReadOnlyList<Cell>)[fault.Where, fault.What])]);
        }), cancel), [.. flags.Source]);
    }

    private static Command Export(CommandContext context)
    {
        LogFlags flags = new(context);
        Argument<string> path = context.Argument("exportFile");
        return context.Leaf("log.export", (run, cancel) => Task.Run(() => NodeFailures.Coded(() =>
        {
            using ArchivedLog log = flags.Open(run);
            if (log.First > 1) throw new ArchiveException(ArchiveException.Gap, $"the archive begins at batch {log.First}: an export needs batch 1");
            string target = Path.GetFullPath(run.Value(path) is { Length: > 0 } text ? text : "log.dsdnlog");
            using FileStream file = new(target, FileMode.CreateNew, FileAccess.Write);
            LogExport.Write(file, log.Genesis, log.Range(1, log.Head));
            return LogReadCommands.Whose(log).Add("file", target).Add("bytes", (ulong)file.Length);
        }), cancel), [path, .. flags.Source]);
    }

    private static Report Describe(Invocation run, Report report, LogState state)
    {
        LogRoots roots = state.Roots();
        return report
            .Add("seq", state.Seq).Add("coreHash", state.HeadHash).Add("stateRoot", roots.State).Add("dataRoot", roots.Data).Add("operationsRoot", roots.Operations)
            .Add("nodes", (ulong)state.Queries.NodeCount).Add("chunks", (ulong)state.Queries.ChunkCount).Add("replicas", (ulong)state.Queries.ReplicaCount)
            .AddTable("skipped", ["code", "count", "reason"], [.. state.Queries.Skips().Select(skip => (IReadOnlyList<Cell>)[skip.Reason.Code(), skip.Count, LogFlags.Reason(run, skip.Reason)])]);
    }

    /// <summary>What the log, the chain and validators said, against what comes out of the batches.</summary>
    private sealed class Verification(ArchivedLog log)
    {
        private LogAnchor? _anchor;

        public List<(string Where, string What)> Faults { get; } = [];

        public ulong Checkpoints { get; private set; }

        /// <summary>Those whose batch is one where roots are kept.</summary>
        public ulong Anchors { get; private set; }

        public ulong Certificates { get; private set; }

        public ulong Pointers { get; private set; }

        public void Look(LogState after, AppliedBatch batch)
        {
            foreach (AppliedEvent entry in batch.Events)
                if (entry is { Kind: Dsdn.Chain.Log.Events.EventKind.Checkpoint, IsApplied: true }) Checkpoints++; // a wrong one would have been skipped
            if (after.Queries.LastAnchor is { } anchor && anchor != _anchor)
            {
                _anchor = anchor;
                if (after.RootsAt(anchor.Seq) is { } roots)
                {
                    Anchors++;
                    if (roots.CoreHash != anchor.CoreHash || roots.Roots.State != anchor.StateRoot) Faults.Add(($"anchor {anchor.Seq}", $"the chain has state root {anchor.StateRoot}, the batches give {roots.Roots.State}"));
                }
            }
            LookAtCopies(batch);
        }

        private void LookAtCopies(AppliedBatch batch)
        {
            if (log.Archive is not { } archive) return;
            foreach (DaPointer pointer in archive.Pointers(batch.Seq))
            {
                bool isOf = pointer switch
                {
                    CelestiaPointer at => at.IsOf(batch.Encoded.Span),
                    EmergencyPointer at => at.IsSigned && at.IsOf(batch.Encoded.Span),
                    QuorumPointer at => archive.Certificate(batch.Seq)?.Hash == at.CertificateHash,
                    _ => false,
                };
                Pointers++;
                if (!isOf) Faults.Add(($"batch {batch.Seq}", $"the {pointer.Tier} pointer is about other bytes"));
            }
            if (archive.Certificate(batch.Seq) is not { } certificate) return;
            Certificates++;
            LogVerdict verdict = certificate.Statement.CheckEnvelope(batch.Encoded.Span, batch.Header);
            if (verdict.IsValid) verdict = certificate.Verify(log.Genesis.ChainId, batch.DaSet.Validators, batch.Header.LogTimeMs);
            if (!verdict.IsValid) Faults.Add(($"batch {batch.Seq}", $"certificate: {verdict.Code} {verdict.Detail}"));
        }
    }
}
