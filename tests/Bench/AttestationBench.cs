using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Attestation;
using Dsdn.Node.Attestation;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.Bench;

/// <summary>
/// What attesting costs a validator (a signature whose record is synced) and whoever collects (a verification each). Limits of the same
/// run: Ed25519 alone, and a write of one line with a sync in the same folder. Rounds take turns, since disk and machine are shared; the best round counts.
/// </summary>
public static class AttestationBench
{
    private const ulong ChainId = 17_847;
    private const int Rounds = 80, PerRound = 20;

    public static void Run(TextWriter output)
    {
        string folder = Directory.CreateTempSubdirectory("dsdn-bench-attest-").FullName;
        try
        {
            Attest(output, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        foreach (int validators in (int[])[4, 150]) Collect(output, validators);
    }

    private static void Attest(TextWriter output, string folder)
    {
        byte[] seed = RandomNumberGenerator.GetBytes(Ed25519.SeedSize);
        var key = new ConsensusKey(seed);
        ValidatorSet set = new([new Validator(Address.FromNumber(1), key.PublicKey, 1, Address.FromNumber(1))]);
        using var signer = new LocalAttestationSigner(key, AttestationStore.Open(Path.Combine(folder, "record"), MissingRecord.NeverAttested, null), ChainId, TimeProvider.System, NullLogger.Instance);
        using SafeFileHandle line = Allocated(Path.Combine(folder, "line"));
        var collector = new CertificateCollector(ChainId);
        ulong seq = 0;
        byte[] message = Statement(1, set).Message, signature = new byte[Ed25519.SignatureSize], frame = new byte[128];
        double signUs = double.MaxValue, syncUs = double.MaxValue, attestUs = double.MaxValue, batchUs = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            signUs = Math.Min(signUs, Us(() => Ed25519.Sign(message, seed, signature)));
            syncUs = Math.Min(syncUs, Us(() =>
            {
                RandomAccess.Write(line, frame, (long)(++seq % 8_192) * frame.Length);
                RandomAccess.FlushToDisk(line);
            }));
            attestUs = Math.Min(attestUs, Us(() => Signed(signer, Statement(++seq, set))));
            batchUs = Math.Min(batchUs, Us(() =>
            {
                DaStatement statement = Statement(++seq, set);
                if (collector.TryOpen(statement, set, 0) != OpenOutcome.Opened) throw new InvalidOperationException("not opened");
                if (collector.Add(seq, 0, Signed(signer, statement), 0).Completed is null) throw new InvalidOperationException("no certificate");
                collector.Close(seq);
            }));
        }
        string note = string.Create(CultureInfo.InvariantCulture, $"sync alone {syncUs:0} us, Ed25519 signature alone {signUs:0} us");
        new Figure("da.attest", 1e6 / attestUs, "signatures/s", "a synced line of 128 bytes and a signature", 1e6 / (syncUs + signUs), note).Print(output);
        new Figure("da.attest.batch", 1e6 / batchUs, "batches/s", "the same and a verification", 1e6 / (syncUs + signUs + VerifyUs(message, signature, key.PublicKey)), "attested by one validator and collected").Print(output);
    }

    private static void Collect(TextWriter output, int validators)
    {
        byte[][] seeds = [.. Enumerable.Range(0, validators).Select(_ => RandomNumberGenerator.GetBytes(Ed25519.SeedSize))];
        ConsensusKey[] keys = [.. seeds.Select(seed => new ConsensusKey(seed))];
        ValidatorSet set = new([.. keys.Select((key, i) => new Validator(Address.FromNumber((ushort)(i + 1)), key.PublicKey, 1, Address.FromNumber(1)))]);
        DaStatement statement = Statement(1, set);
        byte[][] signatures = [.. keys.Select(key => key.Sign(statement.Message))];
        double limit = double.MaxValue, us = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            limit = Math.Min(limit, VerifyUs(statement.Message, signatures[0], keys[0].PublicKey, Math.Max(PerRound, validators)));
            us = Math.Min(us, Us(() =>
            {
                var collector = new CertificateCollector(ChainId);
                collector.TryOpen(statement, set, 0);
                int certificates = 0;
                for (int i = 0; i < validators; i++) certificates += collector.Add(1, i, signatures[i], 0).Completed is null ? 0 : 1;
                if (certificates != 1 || collector.Close(1)?.Signatures.Count != validators) throw new InvalidOperationException("not collected");
            }, Math.Max(1, PerRound / validators)) / validators);
        }
        new Figure($"da.collect.{validators}", 1e6 / us, "signatures/s", "Ed25519 verifications", 1e6 / limit, $"a certificate of {validators} validators, one thread").Print(output);
    }

    private static ReadOnlyMemory<byte> Signed(LocalAttestationSigner signer, DaStatement statement)
    {
        AttestationResult result = signer.SignAsync(statement, CancellationToken.None).GetAwaiter().GetResult();
        return result.IsSigned ? result.Signature : throw new InvalidOperationException(result.Code);
    }

    private static DaStatement Statement(ulong seq, ValidatorSet set)
    {
        ulong nowMs = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        Hash256 hash = Keccak.Hash("bench"u8);
        return new DaStatement(ChainId, 1, BlockHashes.Validators(set), seq, hash, new byte[29], 0, 1_000, hash, hash, hash, nowMs, nowMs + DaStatement.KeptMs);
    }

    private static SafeFileHandle Allocated(string path)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite);
        RandomAccess.Write(file, new byte[1 << 20], 0);
        RandomAccess.FlushToDisk(file);
        return file;
    }

    private static double VerifyUs(byte[] message, byte[] signature, ReadOnlyMemory<byte> key, int times = PerRound) => Us(() =>
    {
        if (!Ed25519.Verify(message, signature, key.Span)) throw new InvalidOperationException("not verified");
    }, times);

    private static double Us(Action action, int times = PerRound)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++) action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / times;
    }
}
