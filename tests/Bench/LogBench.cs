using System.Diagnostics;
using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Bench;

/// <summary>
/// Checking batches of the log from their bytes, on one thread: decoding, signatures of the batch, roots, events with their ids;
/// without state. Once by the batch's signatures alone, once with every author. Limits are measured in the same run.
/// </summary>
public static class LogBench
{
    private const ulong ChainId = 17_847;
    private const int Nodes = 16, Events = 4_000, AuthoredEvents = 64;
    private const int WarmUpMs = 1_000, MeasureMs = 2_500;

    public static void Run(TextWriter output)
    {
        byte[][] seeds = [.. Enumerable.Range(0, Nodes).Select(_ => RandomNumberGenerator.GetBytes(Ed25519.SeedSize))];
        byte[] plain = Envelope(seeds, Events, null), packed = Envelope(seeds, Events, 5), authored = Envelope(seeds, AuthoredEvents, null);
        double hashed = SHA256Us(plain);
        Replay(output, "log.batch", plain, Events, checksAuthors: false, Events / hashed * 1e6, "SHA-256 of the bytes once, events", "the batch's signatures only; goal 300,000");
        Replay(output, "log.batch.brotli", packed, Events, checksAuthors: false, Events / hashed * 1e6, "SHA-256 of the bytes once, events", $"{(double)plain.Length / packed.Length:0.0} times smaller");
        byte[] message = new byte[46], signature = new byte[64], key = new byte[32];
        Ed25519.PublicKey(seeds[0], key);
        Ed25519.Sign(message, seeds[0], signature);
        double verifyUs = Best(() => Ed25519.Verify(message, signature, key));
        Replay(output, "log.authors", authored, AuthoredEvents, checksAuthors: true, 1e6 / verifyUs, "Ed25519 verifications", "every author; one thread; goal 30,000");
        LogReplayBench.Run(output);
    }

    private static void Replay(TextWriter output, string name, byte[] bytes, int events, bool checksAuthors, double limit, string peer, string note)
    {
        byte[] seed = new byte[32];
        BatchContext context = new(ChainId, LogId, null, Members(seed));
        double us = Best(() =>
        {
            if (BatchEnvelopeCodec.TryDecode(bytes, out BatchEnvelope? envelope) != Chain.Log.LogFault.None || envelope is null) throw new InvalidOperationException("not decoded");
            if (!BatchVerifier.Verify(envelope, context, out BatchBody? body).IsValid || body is null) throw new InvalidOperationException("not verified");
            EventReading[] read = EventReader.ReadAll(body.Events, EventContext.Of(envelope.Header, checksAuthors), Sequential.Instance);
            if (read.Length != events || Array.Exists(read, reading => reading.Event is null)) throw new InvalidOperationException("an event was skipped");
        });
        new Figure(name, events / us * 1e6, "events/s", peer, limit, $"{bytes.Length / events} B an event; {note}").Print(output);
    }

    private static Hash256 LogId => Keccak.Hash("bench log"u8);

    private static Committee Members(byte[] seed)
    {
        byte[] key = new byte[32];
        Ed25519.PublicKey(seed, key);
        return Committee.OfOne(ChainId, Address.FromNumber(1), new Hash256(key), 0, LogId);
    }

    private static byte[] Envelope(byte[][] seeds, int events, int? quality)
    {
        byte[] seed = new byte[32];
        Committee committee = Members(seed);
        BatchBody body = new([.. Enumerable.Range(0, events).Select(i => (ReadOnlyMemory<byte>)Stats(seeds[i % Nodes], i))], []);
        (BatchHeader header, byte[] encoded) = BatchSealer.Seal(new BatchHeader
        {
            ChainId = ChainId, LogId = LogId, Epoch = 0, Seq = 1, PreviousHash = LogId, CommitteeHash = committee.Hash, LogTimeMs = 1_000, AnchorHeight = 0, AnchorHash = LogId,
            ForcedCursor = 0, EventsCount = 0, EventsRoot = default, ReceiptsCount = 0, ReceiptsRoot = default, BodyCodec = BodyCodec.Raw, BodyBytes = 0, BodyHash = default,
            CheckpointSeq = 0, CheckpointRoot = default, Author = 0,
        }, body, quality);
        byte[] voters = Bitmap.Of(1, [0]), vote = Sign(seed, BatchMessages.FinalVote(header));
        Hash256 commit = BatchMessages.CommitHash(voters, [vote]);
        byte[] group = Sign(seed, BatchMessages.Group(header, header.CoreHash, commit));
        byte[] author = Sign(seed, BatchMessages.Envelope(header.CoreHash, commit, group));
        return BatchEnvelopeCodec.Encode(new BatchEnvelope(header, voters, [vote], group, author, encoded));
    }

    private static byte[] Stats(byte[] seed, int i)
    {
        byte[] key = new byte[32], ip = new byte[16];
        ip[15] = 1;
        Ed25519.PublicKey(seed, key);
        EventBody body = new NodeStats([new Endpoint(EndpointRole.Storage, ip, 45_840), new Endpoint(EndpointRole.Read, ip, 45_841)], 1UL << 40, (ulong)i << 20, (ulong)i, 100, 1_000, 1_000);
        LogEvent unsigned = new()
        {
            ChainId = ChainId, Kind = body.Kind, AuthorType = AuthorType.Node, Author = new Hash256(key), Nonce = (ulong)i + 1, ValidUntilMs = 10_000, Body = body.Encode(),
            Signature = new byte[64],
        };
        return EventCodec.Encode(unsigned with { Signature = Sign(seed, EventSignature.NodeMessage(EventCodec.Id(unsigned))) });
    }

    private static byte[] Sign(byte[] seed, byte[] message)
    {
        byte[] signature = new byte[64];
        Ed25519.Sign(message, seed, signature);
        return signature;
    }

    private static double SHA256Us(byte[] bytes)
    {
        byte[] digest = new byte[32];
        return Best(() => SHA256.HashData(bytes, digest));
    }

    /// <summary>Microseconds of the best run.</summary>
    private static double Best(Action action)
    {
        double best = double.MaxValue;
        long begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun).TotalMilliseconds < WarmUpMs) action();
        begun = Stopwatch.GetTimestamp();
        do
        {
            long start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
        while (Stopwatch.GetElapsedTime(begun).TotalMilliseconds < MeasureMs);
        return best;
    }
}
