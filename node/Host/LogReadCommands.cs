using System.CommandLine;
using System.Text.Json.Nodes;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Log.State;
using Dsdn.Node.Archive;
using Dsdn.Sdk.Errors;

namespace Dsdn.Host;

/// <summary><c>dsdn log tail|show|why</c>: batches and events of an archived log, and why an event did not count.</summary>
internal static class LogReadCommands
{
    private const int TailDefault = 10, TailMax = 1_000;

    public static IEnumerable<Command> Create(CommandContext context) => [Tail(context), Show(context), Why(context)];

    private static Command Tail(CommandContext context)
    {
        LogFlags flags = new(context);
        Option<int?> count = context.OptionOf<int?>("log", "--count", "batches");
        return context.Leaf("log.tail", (run, cancel) => Task.Run(() => NodeFailures.Coded(() =>
        {
            using ArchivedLog log = flags.Open(run);
            ulong shown = (ulong)Math.Clamp(run.Value(count) ?? TailDefault, 1, TailMax), from = Math.Max(log.First, log.Head < shown ? 1 : log.Head - shown + 1);
            List<IReadOnlyList<Cell>> rows = [];
            foreach (ReadOnlyMemory<byte> envelope in from == 0 ? [] : log.Range(from, log.Head))
            {
                cancel.ThrowIfCancellationRequested();
                BatchHeader header = Decode(envelope).Header;
                rows.Add([header.Seq, new Cell(JsonValue.Create(header.LogTimeMs), LogFlags.Time(header.LogTimeMs)), (ulong)header.EventsCount, (ulong)envelope.Length, header.AnchorHeight, header.CheckpointSeq, Tiers(log, header.Seq)]);
            }
            return Whose(log).AddTable("batches", ["seq", "logTime", "events", "bytes", "anchorHeight", "checkpointSeq", "tiers"], rows);
        }), cancel), [.. flags.Source, count]);
    }

    private static Command Show(CommandContext context)
    {
        LogFlags flags = new(context);
        Argument<string> seq = context.Argument("seq");
        return context.Leaf("log.show", (run, cancel) => Task.Run(() => NodeFailures.Coded(() =>
        {
            using ArchivedLog log = flags.Open(run);
            ulong wanted = LogFlags.Seq(run.Value(seq), 1);
            if (log.Read(wanted) is not { } encoded) throw new DsdnException("DSDN-E-LOG-BATCH-MISSING", ErrorClass.Usage, run.Value(seq) ?? "");
            AppliedBatch? found = null;
            log.Replay(wanted, wanted - 1, LogFlags.Parallel, (_, batch) =>
            {
                cancel.ThrowIfCancellationRequested();
                if (batch.Seq == wanted) found = batch;
                return true;
            });
            BatchHeader header = Decode(encoded).Header;
            Report report = Whose(log)
                .Add("seq", header.Seq).Add("coreHash", header.CoreHash).Add("previous", header.PreviousHash).Add("epoch", header.Epoch)
                .Add("logTime", JsonValue.Create(header.LogTimeMs), LogFlags.Time(header.LogTimeMs)).Add("anchorHeight", header.AnchorHeight).Add("anchorHash", header.AnchorHash)
                .Add("checkpointSeq", header.CheckpointSeq).Add("checkpointRoot", header.CheckpointRoot).Add("bytes", (ulong)encoded.Length).Add("tiers", Tiers(log, wanted))
                .Add("certified", log.Archive?.Certificate(wanted) is not null);
            IReadOnlyList<AppliedEvent> events = found?.Events ?? [];
            return report.AddTable("events", ["kind", "event", "applied", "code", "reason"],
                [.. events.Select(entry => (IReadOnlyList<Cell>)[Kind(entry), entry.Id.ToString(), entry.IsApplied, entry.Fault.Code(), LogFlags.Reason(run, entry.Fault)])]);
        }), cancel), [seq, .. flags.Source]);
    }

    private static Command Why(CommandContext context)
    {
        LogFlags flags = new(context);
        Argument<string> id = context.Argument("eventId");
        return context.Leaf("log.why", (run, cancel) => Task.Run(() => NodeFailures.Coded(() =>
        {
            using ArchivedLog log = flags.Open(run);
            Hash256 wanted = LogFlags.EventId(run.Value(id));
            List<(ulong Seq, AppliedEvent Event)> found = [];
            log.Replay(log.Head, checkpointSeqMax: 0, LogFlags.Parallel, (_, batch) =>
            {
                cancel.ThrowIfCancellationRequested();
                foreach (AppliedEvent entry in batch.Events)
                    if (entry.Id == wanted) found.Add((batch.Seq, entry));
                return true;
            });
            if (found.Count == 0) throw new DsdnException("DSDN-E-LOG-EVENT-MISSING", ErrorClass.Usage, wanted.ToString());
            return Whose(log).AddTable("events", ["seq", "kind", "applied", "code", "reason"],
                [.. found.Select(entry => (IReadOnlyList<Cell>)[entry.Seq, Kind(entry.Event), entry.Event.IsApplied, entry.Event.Fault.Code(), LogFlags.Reason(run, entry.Event.Fault)])]);
        }), cancel), [id, .. flags.Source]);
    }

    internal static Report Whose(ArchivedLog log) => new Report().Add("logId", log.Genesis.LogId).Add("lastBatch", log.Head);

    internal static BatchEnvelope Decode(ReadOnlyMemory<byte> encoded) =>
        BatchEnvelopeCodec.TryDecode(encoded, out BatchEnvelope? envelope) is LogFault.None && envelope is not null
            ? envelope
            : throw new ArchiveException(ArchiveException.Damaged, "a batch cannot be read");

    private static string Kind(AppliedEvent entry) => entry.Kind == 0 ? "?" : EventKinds.Find(entry.Kind) is null ? $"{(ushort)entry.Kind}" : entry.Kind.ToString();

    private static string Tiers(ArchivedLog log, ulong seq) =>
        string.Join(' ', (log.Archive?.Pointers(seq) ?? []).Select(pointer => pointer is CelestiaPointer at ? $"celestia:{at.Height}" : pointer.Tier.ToString().ToLowerInvariant()));
}
