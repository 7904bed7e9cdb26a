using System.Diagnostics;
using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.View;
using Dsdn.Log.Following;
using Dsdn.Log.State;
using Dsdn.Log.State.Checkpoints;

namespace Dsdn.Bench;

/// <summary>
/// A log into a state on all cores: checking, applying, and the root at the end. From genesis, from a checkpoint, and with every author. Each run must end in the
/// root of the log's author. Limits are measured in the same run.
/// </summary>
public static class LogReplayBench
{
    private const int Groups = 31_250, SignedGroups = 500, Runs = 3;

    public static void Run(TextWriter output)
    {
        ThreadParallel parallel = new(Environment.ProcessorCount);
        UploadLog uploads = new(Groups, isSigned: false, isHeartbeats: false);
        double limit = uploads.Events / ReadOnce(uploads);
        Replay(output, "log.replay", uploads, LogCheck.BatchSignaturesOnly, parallel, limit, "memcpy and SHA-256 of the bytes, one core, events", "uploads; the batch's signatures only, state and root; goal 300,000");
        FromCheckpoint(output, uploads, parallel, limit);
        double verify = 1e6 / VerifyUs() * Environment.ProcessorCount;
        Replay(output, "log.replay.authors", new UploadLog(SignedGroups, isSigned: true, isHeartbeats: true), LogCheck.Full, parallel, verify, "Ed25519 verifications, all cores", "heartbeats; every author; goal 30,000");
        Replay(output, "log.replay.authors.uploads", new UploadLog(SignedGroups, isSigned: true, isHeartbeats: false), LogCheck.Full, parallel, verify, "Ed25519 verifications, all cores", "uploads: 31 Ed25519 and 9 secp256k1 for 32 events");
    }

    private static void Replay(TextWriter output, string name, UploadLog log, LogCheck check, ThreadParallel parallel, double limit, string peer, string note)
    {
        double best = double.MaxValue, root = 0, processor = double.MaxValue;
        for (int run = 0; run < Runs; run++)
        {
            GC.Collect();
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            long start = Stopwatch.GetTimestamp();
            LogState state = new(log.Genesis, parallel, 1);
            RunAll(state, log.Envelopes, check, parallel);
            long rootFrom = Stopwatch.GetTimestamp();
            if (state.Roots() != log.Roots) throw new InvalidOperationException("another root");
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            processor = Math.Min(processor, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
            if (seconds < best) (best, root) = (seconds, Stopwatch.GetElapsedTime(rootFrom).TotalSeconds);
        }
        new Figure(name, log.Events / best, "events/s", peer, limit, $"{log.Events} events, {log.Envelopes.Sum(envelope => (long)envelope.Length) / log.Events} B each, {processor / log.Events * 1e6:0.00} us of processor an event, root {root * 1_000:0} ms; {note}").Print(output);
    }

    private static void FromCheckpoint(TextWriter output, UploadLog log, ThreadParallel parallel, double limit)
    {
        LogState half = new(log.Genesis, parallel, 2);
        int at = log.Envelopes.Count / 2;
        RunAll(half, log.Envelopes.Take(at), LogCheck.BatchSignaturesOnly, parallel);
        List<byte> dump = [];
        CheckpointContent.Write(half, piece => dump.AddRange(piece.Span));
        byte[] content = [.. dump];
        Hash256 root = half.Roots().State;
        long start = Stopwatch.GetTimestamp();
        if (!LogState.Open(log.Genesis, parallel, 3, content, root, out LogState? opened).IsValid || opened is null) throw new InvalidOperationException("not opened");
        double open = Stopwatch.GetElapsedTime(start).TotalSeconds;
        RunAll(opened, log.Envelopes.Skip(at), LogCheck.BatchSignaturesOnly, parallel);
        if (opened.Roots() != log.Roots) throw new InvalidOperationException("another root");
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        new Figure(
            "log.replay.checkpoint", log.Events / seconds, "events/s", "memcpy and SHA-256 of the bytes, one core, events", limit,
            $"all events counted; half of them in a checkpoint of {content.Length >> 20} MiB, opened in {open * 1_000:0} ms; same root").Print(output);
    }

    private static void RunAll(LogState state, IEnumerable<byte[]> envelopes, LogCheck check, ThreadParallel parallel)
    {
        LogVerdict verdict = LogReplay.Run(state, envelopes.Select(bytes => (ReadOnlyMemory<byte>)bytes), check, parallel, null);
        if (!verdict.IsValid) throw new InvalidOperationException($"{verdict.Code} {verdict.Detail}");
    }

    /// <summary>Seconds.</summary>
    private static double ReadOnce(UploadLog log)
    {
        byte[] copy = new byte[1 << 21], digest = new byte[32];
        double best = double.MaxValue;
        for (int run = 0; run < Runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            foreach (byte[] envelope in log.Envelopes)
            {
                envelope.CopyTo(copy, 0);
                SHA256.HashData(copy.AsSpan(0, envelope.Length), digest);
            }
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }

    private static double VerifyUs()
    {
        byte[] message = new byte[46], signature = new byte[64], key = new byte[32], seed = new byte[32];
        Ed25519.PublicKey(seed, key);
        Ed25519.Sign(message, seed, signature);
        double best = double.MaxValue;
        for (int run = 0; run < 50; run++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < 100; i++) Ed25519.Verify(message, signature, key);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / 100);
        }
        return best;
    }
}
