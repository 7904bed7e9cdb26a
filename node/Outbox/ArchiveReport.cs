using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Shares;
using Dsdn.CelestiaClient;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Routing;
using Dsdn.Log.Routing.Outbox;
using Dsdn.Node.Archive;

namespace Dsdn.Node.Outbox;

/// <summary>A batch without a pointer to Celestia.</summary>
/// <param name="Best">The best tier that holds it beside this archive; null: none.</param>
/// <param name="Pending">As the outbox has it; null: the outbox does not know it, although it is not on Celestia.</param>
public sealed record UnpostedBatch(ulong Seq, DaTier? Best, PendingBatch? Pending);

/// <summary>A pointer whose blob is proven not to be there, or could not be asked for.</summary>
public sealed record DoubtfulPointer(ulong Seq, ulong Height, bool IsProvenAbsent);

/// <summary>Where every batch of an archive lies.</summary>
/// <param name="Tiers">Batches by their best tier; index 0: none.</param>
/// <param name="Unposted">Without a pointer to Celestia, ascending.</param>
/// <param name="Verified">Pointers to Celestia whose blobs were proven to be there just now.</param>
/// <param name="OldestPendingAgeMs">Of the outbox; 0: nothing is pending.</param>
public sealed record ArchiveReport(
    ulong First, ulong Head, IReadOnlyList<ulong> Tiers, IReadOnlyList<UnpostedBatch> Unposted, ulong Verified, IReadOnlyList<DoubtfulPointer> Doubtful, ulong OldestPendingAgeMs)
{
    /// <summary>Not on Celestia and not waiting for it either: an outbox was lost. Adopt them with <c>--post --from-height</c>.</summary>
    public IEnumerable<UnpostedBatch> Untracked => Unposted.Where(static batch => batch.Pending is null);

    /// <summary>Batches that no tier but this archive holds.</summary>
    public ulong OnlyHere => Tiers[0];

    /// <param name="outbox">Null: there is none.</param>
    public static ArchiveReport Make(BatchArchive archive, OutboxView? outbox, ulong nowMs)
    {
        ulong[] tiers = new ulong[(int)DaTier.Emergency + 1];
        List<UnpostedBatch> unposted = [];
        Dictionary<ulong, PendingBatch> pending = outbox?.Pending.ToDictionary(static batch => batch.Seq) ?? [];
        for (ulong seq = archive.First; seq != 0 && seq <= archive.Head; seq++)
        {
            DaTier? best = archive.Pointers(seq).Min(static pointer => (DaTier?)pointer.Tier);
            if (best is null && archive.Certificate(seq) is not null) best = DaTier.Quorum;
            tiers[best is { } tier ? (int)tier : 0]++;
            if (best != DaTier.Celestia) unposted.Add(new UnpostedBatch(seq, best, pending.GetValueOrDefault(seq) ?? Fresh(seq)));
        }
        ulong oldest = outbox?.Pending.Select(static batch => batch.DecidedMs).DefaultIfEmpty(nowMs).Min() ?? nowMs;
        return new ArchiveReport(archive.First, archive.Head, tiers, unposted, 0, [], nowMs > oldest ? nowMs - oldest : 0);

        // Decided just before the process ended: the coordinator tells its router when it starts.
        PendingBatch? Fresh(ulong seq) => outbox is not null && seq > outbox.HighestSeq
            ? new PendingBatch(seq, default, default, 0, nowMs, 0, AttemptState.None, BatchPointers.None)
            : null;
    }

    /// <summary>Asks Celestia for every blob that a pointer names, and takes nothing but proofs.</summary>
    /// <param name="progress">Told each seq.</param>
    public async Task<ArchiveReport> VerifyAsync(BatchArchive archive, CelestiaNode celestia, Action<ulong> progress, CancellationToken cancel)
    {
        ulong verified = 0;
        List<DoubtfulPointer> doubtful = [];
        for (ulong seq = First; seq != 0 && seq <= Head; seq++)
        {
            progress(seq);
            if (archive.Pointers(seq).OfType<CelestiaPointer>().FirstOrDefault() is not { } pointer) continue;
            bool isOfBatch = archive.Read(seq) is { } envelope && pointer.IsOf(envelope) && CommitmentOf(envelope, celestia.Options.Namespace) == pointer.Commitment;
            FindOutcome outcome = await celestia.FindAsync(celestia.Options.Namespace, [pointer.Commitment], pointer.Height, pointer.Height, cancel);
            if (isOfBatch && outcome.Found.ContainsKey(pointer.Commitment)) verified++;
            else doubtful.Add(new DoubtfulPointer(seq, pointer.Height, !isOfBatch || outcome.ProvenAbsent.Count > 0));
        }
        return this with { Verified = verified, Doubtful = doubtful };
    }

    /// <summary>What the outbox would say of an archived batch of which it knows nothing: it may have been sent at any time.</summary>
    /// <exception cref="InvalidDataException">it is not in the archive, or is no batch</exception>
    public static PendingBatch Pending(BatchArchive archive, ulong seq, Namespace name, ulong searchFromHeight = 0)
    {
        byte[] envelope = archive.Read(seq) ?? throw new InvalidDataException($"batch {seq} is not in the archive");
        LogFault fault = BatchEnvelopeCodec.TryDecode(envelope, out BatchEnvelope? batch);
        if (batch is null) throw new InvalidDataException($"batch {seq} of the archive: {fault}");
        return new PendingBatch(
            seq, batch.Header.CoreHash, CommitmentOf(envelope, name), (uint)envelope.Length, batch.Header.LogTimeMs, searchFromHeight,
            searchFromHeight == 0 ? AttemptState.None : AttemptState.Sent, BatchPointers.None);
    }

    internal static Hash256 CommitmentOf(byte[] envelope, Namespace name) =>
        Blob.TryCreate(name, envelope, out Blob? blob) is { IsValid: true } && blob is not null ? ShareCommitment.Of(blob) : throw new InvalidDataException("an envelope that is no blob");
}
