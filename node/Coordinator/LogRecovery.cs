using System.Security.Cryptography;
using Dsdn.Celestia.Namespaces;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Grpc;
using Dsdn.Log.Following;
using Dsdn.Log.Routing;
using Dsdn.Log.Routing.Outbox;
using Dsdn.Log.State;
using Dsdn.Node.Archive;
using Dsdn.Node.Outbox;
using Dsdn.Node.Validation;
using Dsdn.Services.Batches;
using Dsdn.Services.Batches.Wire;
using Microsoft.Extensions.Logging;

namespace Dsdn.Coordinator;

/// <summary>
/// A coordinator that lost its disk takes the log from those who keep it, before it decides anything: a member whose record is gone signs only above all that validators may have
/// attested (rulings 35). A batch that two thirds attested is at one of any set of more than a third; here more than two thirds of the sources must answer. Archives are not
/// believed: every batch is checked as a follower does.
/// </summary>
internal sealed class LogRecovery(LogGenesis genesis, IReadOnlyList<LogAddress> sources, TimeProvider clock, ILogger logger)
{
    private const int PauseMs = 500, PlacesAtOnce = 256;

    /// <summary>Whether something may have been signed that this disk does not hold.</summary>
    public static bool IsNeeded(CoordinatorFolder folder, LogStore store)
    {
        if (!File.Exists(folder.LastFinal)) return true;
        using LastSignFile finals = LastSignFile.Open(folder.LastFinal);
        return store.State.Seq + 1 < finals.Last.Height;
    }

    /// <summary>Returns when the store has all that the sources have.</summary>
    public async Task RunAsync(LogStore store, CancellationToken cancel)
    {
        using var identity = new NodeIdentity(RandomNumberGenerator.GetBytes(Ed25519.SeedSize));
        var chain = new ChainIdentity(genesis.ChainId, genesis.LogId);
        LogClient[] clients = [.. sources.Select(source => new LogClient(source, identity, chain, clock))];
        try
        {
            for (int told = -1; ; )
            {
                (LogClient Client, ulong Seq)[] heads = await HeadsAsync(clients, cancel);
                if (heads.Length * 3 > clients.Length * 2)
                {
                    foreach ((LogClient client, _) in heads.Where(head => head.Seq > store.State.Seq).OrderByDescending(static head => head.Seq)) await TakeAsync(store, client, cancel);
                    if (heads.All(head => head.Seq <= store.State.Seq))
                    {
                        foreach ((LogClient client, _) in heads) await PlacesAsync(store, client, cancel);
                        RecoveryLog.Done(logger, store.State.Seq, heads.Length);
                        return;
                    }
                }
                else if (heads.Length != told)
                {
                    RecoveryLog.Waiting(logger, told = heads.Length, clients.Length);
                }
                await Task.Delay(PauseMs, cancel);
            }
        }
        finally
        {
            foreach (LogClient client in clients) client.Dispose();
        }
    }

    /// <summary>An outbox that knows nothing is told what may not be on Celestia: it is looked for before it is posted.</summary>
    public static void Adopt(LogStore store, OutboxJournal outbox, Namespace name)
    {
        ulong head = store.State.Seq, height = 1;
        if (outbox.HighestSeq >= head) return;
        for (ulong seq = Math.Max(1, store.Archive.First); seq <= head; seq++)
        {
            CelestiaPointer? pointer = store.Archive.Pointers(seq).OfType<CelestiaPointer>().FirstOrDefault();
            // The last one is adopted in any case: from it the outbox knows how far it goes.
            if (pointer is null || seq == head) outbox.Carry(new RouterEffect.Remember(ArchiveReport.Pending(store.Archive, seq, name, height)));
            height = pointer?.Height ?? height;
        }
        outbox.Flush();
    }

    private static async Task<(LogClient Client, ulong Seq)[]> HeadsAsync(LogClient[] clients, CancellationToken cancel)
    {
        (LogClient Client, ulong? Seq)[] heads = await Task.WhenAll(clients.Select(async client =>
        {
            try
            {
                return (client, (ulong?)(await client.StatusAsync(cancel)).Seq);
            }
            catch (GrpcException)
            {
                return (client, null);
            }
        }));
        return [.. heads.Where(static head => head.Seq is not null).Select(static head => (head.Client, head.Seq ?? 0))];
    }

    /// <summary>Until it has no more, or serves what does not hold.</summary>
    private async Task TakeAsync(LogStore store, LogClient client, CancellationToken cancel)
    {
        try
        {
            ulong head = (await client.StatusAsync(cancel)).Seq;
            if (head <= store.State.Seq) return;
            await foreach (ReadOnlyMemory<byte> envelope in client.FollowAsync(store.State.Seq + 1, cancel))
            {
                OfferResult result = store.Offer(envelope);
                if (result.Outcome == OfferOutcome.Refused)
                {
                    RecoveryLog.Refused(logger, client.Address.ToString(), result.Verdict.Fault.Code(), result.Verdict.Detail);
                    return;
                }
                if (store.State.Seq >= head) return;
            }
        }
        catch (GrpcException e)
        {
            RecoveryLog.Lost(logger, client.Address.ToString(), e.Message);
        }
    }

    /// <summary>Where the batches lie, and their certificates: what is on Celestia already is not posted again.</summary>
    private static async Task PlacesAsync(LogStore store, LogClient client, CancellationToken cancel)
    {
        try
        {
            for (ulong from = 1; from <= store.State.Seq; from += PlacesAtOnce)
            {
                List<(ulong, DaPointer)> pointers = [];
                foreach (Place place in await client.PlacesAsync(from, PlacesAtOnce, cancel))
                {
                    if (place.Seq > store.State.Seq) break;
                    foreach (Google.Protobuf.ByteString encoded in place.Pointers)
                        if (DaPointerCodec.TryDecode(encoded.Memory, out DaPointer? pointer) == LogFault.None && pointer is not null && !store.Archive.Pointers(place.Seq).Contains(pointer)) pointers.Add((place.Seq, pointer));
                    if (store.Archive.Certificate(place.Seq) is null && Certificate(store, place) is { } certificate) store.Archive.PutCertificate(place.Seq, certificate);
                }
                if (pointers.Count > 0) store.Archive.PutPointers(pointers);
            }
        }
        catch (GrpcException)
        {
            // The next source knows as much; what none knows is looked for on Celestia.
        }
    }

    private static DaCertificate? Certificate(LogStore store, Place place)
    {
        if (place.Certificate.IsEmpty || DaCertificateCodec.TryDecode(place.Certificate.Memory, out DaCertificate? certificate) != LogFault.None || certificate is null) return null;
        bool holds = certificate.Statement.Seq == place.Seq && certificate.Verify(store.State.Genesis.ChainId, ArchivedSets.At(store.Archive, store.State.Genesis, place.Seq), certificate.Statement.CreatedMs).IsValid;
        return holds ? certificate : null;
    }
}

internal static partial class RecoveryLog
{
    [LoggerMessage(EventId = 41, Level = LogLevel.Warning, Message = "the record of what was signed is gone or ahead of the log: waiting for archives, {Count} of {All} answer")]
    public static partial void Waiting(ILogger logger, int count, int all);

    [LoggerMessage(EventId = 42, Level = LogLevel.Information, Message = "the log was taken from {Count} archives, up to batch {Seq}")]
    public static partial void Done(ILogger logger, ulong seq, int count);

    [LoggerMessage(EventId = 43, Level = LogLevel.Warning, Message = "archive {Source} serves what does not hold: {Code} {Detail}")]
    public static partial void Refused(ILogger logger, string source, string code, string detail);

    [LoggerMessage(EventId = 44, Level = LogLevel.Warning, Message = "archive {Source} lost: {Reason}")]
    public static partial void Lost(ILogger logger, string source, string reason);
}
