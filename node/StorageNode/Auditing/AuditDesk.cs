using System.Globalization;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Dsdn.Log.Audits;
using Dsdn.Log.State;
using Dsdn.Services;
using Dsdn.Services.Chunks;
using Dsdn.Services.Chunks.Wire;
using Dsdn.Storage;
using Dsdn.StorageNode.Keys;
using Dsdn.StorageNode.Observability;
using Dsdn.StorageNode.Serving;
using Dsdn.StorageNode.Storing;
using Dsdn.StorageNode.Submitting;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Dsdn.StorageNode.Auditing;

/// <summary>
/// Answers audits: reads the leaves that the log's seed draws, signs them, writes the sheet down and only then says its root (decision 0030). The log takes one root of an audit, so
/// after a restart the same sheet is shown.
/// </summary>
internal sealed class AuditDesk(ChunkStore store, NodeLog log, IStoringSink storing, EventDesk events, StorageIdentity identity, string folder, ulong sayAgainMs, TimeProvider clock, ILogger logger)
{
    private const string Suffix = ".sheet";

    /// <summary>Of one audit and the one before.</summary>
    private const int SheetsKept = 2;

    private ulong _saidMs;
    private AnswerSheet? _sheet;

    /// <summary>Looks after each batch; ends when it is cancelled.</summary>
    /// <exception cref="IOException">the disk failed</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        for (ulong seq = 0; ; seq = log.Seq)
        {
            await log.ReachAsync(seq + 1, cancel);
            (ulong epoch, bool isOpen) = log.Ask(state => (state.Queries.Audits.Last?.Epoch ?? 0, IsToAnswer(state)));
            if (!isOpen) continue;
            if (_sheet?.Heading.Epoch != epoch) Answer(epoch);
            if (_sheet is { } sheet && sheet.Heading.Epoch == epoch) Say(sheet.Heading);
        }
    }

    public async Task SendAsync(AuditRequest request, GrpcWriter<AuditReply> writer, GrpcServerCall call)
    {
        await log.WaitAsync(request.MinSeq, call.Cancellation);
        // What was signed before a restart is asked for after it: whoever does not show it counts as silent.
        byte[] encoded = Volatile.Read(ref _sheet) is { } shown && shown.Heading.Epoch == request.Epoch ? shown.Encode() : Read(PathOf(request.Epoch))?.Encode() ?? [];
        if (encoded.Length == 0)
            throw ServiceCodes.Refuse(GrpcStatusCode.NotFound, "DSDN-E-STORE-NO-ANSWER", string.Create(CultureInfo.InvariantCulture, $"audit {request.Epoch} at batch {log.Seq}"));
        for (int at = 0; at < encoded.Length; at += ChunkMethods.DataBytesMax)
        {
            int count = Math.Min(ChunkMethods.DataBytesMax, encoded.Length - at);
            await writer.WriteAsync(new AuditReply { Data = UnsafeByteOperations.UnsafeWrap(encoded.AsMemory(at, count)) }, call.Cancellation);
        }
    }

    private bool IsToAnswer(LogState state) =>
        state.Queries.Audits.Last is { IsSeeded: true } audit && state.Queries.Audits.Node(identity.Id) is { IsJudged: false } entry && entry.Epoch == audit.Epoch && entry.AnswersRoot.IsZero;

    private void Answer(ulong epoch)
    {
        string path = PathOf(epoch);
        if (Read(path) is { } written)
        {
            Show(written);
            return;
        }
        AuditTask? task = log.Ask(state => AuditTask.Of(state, identity.Id));
        if (task is null || task.Epoch != epoch || task.Draws.Count == 0) return;
        AnswerSheet sheet = task.Answer([.. task.Draws.Select(Leaf)], message => identity.Sign(message));
        Write(path, sheet.Encode());
        Show(sheet);
        StorageNodeLog.Answered(logger, epoch, sheet.Answers.Count, sheet.Answers.Count(static answer => answer.Leaf is null));
    }

    /// <summary>Null where it cannot be read: then the sheet says so.</summary>
    private ChunkLeaf? Leaf(AuditDraw draw)
    {
        HeldReplica held = draw.Replica;
        // A chunk's coding is not part of what froze; the root tells which of the two it was.
        foreach (ChunkKey key in (ChunkKey[])[ChunkKey.Copy(held.ChunkId, held.Generation), new ChunkKey(held.ChunkId, ChunkCoding.ReedSolomon, held.Slot, held.Generation)])
        {
            if (!key.IsValid) continue;
            StoreVerdict read = store.TryRead(key, out ChunkReader? reader);
            ChunkLeaf? leaf = null;
            using (reader)
            {
                if (reader is not null && reader.Identity.Root == held.Root) read = reader.Prove(draw.Leaf, out leaf);
            }
            // The store does not have it any more, and nobody else finds that out.
            if (read.Fault is StoreFault.Corrupt) storing.Look(key);
            if (read.IsDone && leaf is not null) return leaf;
        }
        return null;
    }

    private void Say(AnswerHeading heading)
    {
        ulong nowMs = (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (_saidMs != 0 && nowMs >= _saidMs && nowMs - _saidMs < sayAgainMs) return;
        _saidMs = nowMs;
        events.Add(new AuditAnswerRoot(heading.Epoch, heading.Count, heading.AnswersRoot));
    }

    private void Show(AnswerSheet sheet)
    {
        _saidMs = 0;
        Volatile.Write(ref _sheet, sheet);
    }

    private string PathOf(ulong epoch) => Path.Combine(folder, epoch.ToString(CultureInfo.InvariantCulture) + Suffix);

    private AnswerSheet? Read(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > AnswerSheet.BytesMax) return null;
        ulong chainId = log.Ask(static state => state.Genesis.ChainId);
        return AnswerSheet.TryDecode(chainId, File.ReadAllBytes(path), out AnswerSheet? sheet) == LogFault.None && sheet is not null && sheet.IsSigned() ? sheet : null;
    }

    private void Write(string path, byte[] sheet)
    {
        string unfinished = path + ".new";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(sheet);
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite: true);
        foreach (string old in Directory.GetFiles(folder, "*" + Suffix).OrderByDescending(File.GetLastWriteTimeUtc).Skip(SheetsKept)) File.Delete(old);
    }
}
