using System.Diagnostics;
using System.Security.Cryptography;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Erasure;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;
using Dsdn.Celestia.Wire;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Bench;

/// <summary>
/// Data availability on one thread. The limit is OpenSSL's SHA-256 over one large buffer in the same run; for commitments and
/// namespaces it is what that speed allows for the blocks that have to be hashed. Each figure is the best of many short runs: the machine is shared.
/// </summary>
public static class DaBench
{
    private const int BlockBytes = 64;
    private const int BlobBytes = 1 << 20;
    private const int WarmUpMs = 1_000;
    private const int MeasureMs = 2_500;
    private const string Limit = "OpenSSL SHA-256, the same blocks";

    public static void Run(TextWriter output)
    {
        double openSsl = OpenSsl();
        new Figure("da.sha256.openssl", openSsl, "MB/s", Note: "one 1 MiB buffer").Print(output);
        foreach (Sha256Path path in Enum.GetValues<Sha256Path>())
        {
            if (path > Sha256Batch.BestPath) continue;
            Lanes(output, path, "leaf of a share", 30, ShareFormat.Bytes, openSsl);
            Lanes(output, path, "node of a namespaced tree", 1, 2 * NmtNode.Size, openSsl);
            Lanes(output, path, "node of RFC 6962", 1, 2 * Hash256.Size, openSsl);
            Lanes(output, path, "leaf of a chunk", 1, 1024, openSsl);
        }
        Namespace name = UserNamespace();
        Blob blob = Create(name, BlobBytes);
        double limit = openSsl * BlobBytes / HashedBytes(blob.ShareCount, blob.ShareCount - SubtreeWidth.MountainCount(blob.ShareCount, SubtreeWidth.Of(blob.ShareCount)));
        new Figure("da.commitment", BlobBytes / Best(() => ShareCommitment.Of(blob)), "MB/s", Limit, limit, "blobs of 1 MiB; goal 300").Print(output);
        Squares(output, name, openSsl);
        DaServerBench.Run(output);
        AttestationBench.Run(output);
    }

    private static void Lanes(TextWriter output, Sha256Path path, string what, int prefix, int body, double openSsl)
    {
        const int Messages = 256;
        byte[] bodies = RandomNumberGenerator.GetBytes(Messages * body);
        byte[] prefixes = new byte[prefix];
        Hash256[] digests = new Hash256[Messages];
        double us = Best(() => Sha256Batch.Hash(prefixes, prefix, 0, bodies, body, digests, path));
        int blocks = ((prefix + body + 8) / BlockBytes) + 1;
        new Figure($"da.sha256.{path}.{body}", Messages * blocks * BlockBytes / us, "MB/s", "OpenSSL, one 1 MiB buffer", openSsl, what + ", whole blocks").Print(output);
    }

    private static void Squares(TextWriter output, Namespace name, double openSsl)
    {
        const int Blobs = 3;
        SquareBuilder builder = new(128);
        if (!builder.TryAdd(new BlobTransaction(new byte[200], [.. Enumerable.Range(0, Blobs).Select(_ => Create(name, BlobBytes))]))) throw new InvalidOperationException("the blobs do not fit");
        ShareSquare square = builder.Build().Square;
        ExtendedSquare extended = ExtendedSquare.Extend(square);
        if (!SquareProver.TryCreate(extended, out SquareProver? prover).IsValid || prover is null) throw new InvalidOperationException("the square has no proofs");
        IReadOnlyList<NamespaceRow> rows = prover.ProveNamespace(name);
        int shares = rows.Sum(row => row.Shares.Length) / ShareFormat.Bytes, bytes = Blobs * BlobBytes;
        double limit = openSsl * bytes / HashedBytes(shares, shares);
        double us = Best(() =>
        {
            if (!NamespaceVerifier.Verify(prover.Dah, name, rows, out VerifiedNamespace? found).IsValid || found?.Blobs.Count != Blobs) throw new InvalidOperationException("not verified");
        });
        new Figure("da.namespace", bytes / us, "MB/s", Limit, limit, $"{Blobs} blobs of 1 MiB in {rows.Count} rows: proofs, blobs and their commitments; goal 200").Print(output);
        byte[] data = extended.Shares[..(square.Width * ShareFormat.Bytes)].ToArray(), parity = new byte[data.Length];
        new Figure("da.erasure.encode", data.Length / Best(() => LeopardCode.Encode(data, parity, ShareFormat.Bytes)), "MB/s", Note: $"{square.Width} data and parity shards of {ShareFormat.Bytes} bytes").Print(output);
        double squareMs = Best(() => ExtendedSquare.Extend(square).TryHeader(out _)) / 1000;
        new Figure("da.square", squareMs, "ms", Note: $"{square.Width} x {square.Width} shares extended, all roots").Print(output);
    }

    /// <summary>Bytes of the blocks that leaves and inner nodes take.</summary>
    private static double HashedBytes(int leaves, int nodes)
    {
        const int LeafBlocks = ((30 + ShareFormat.Bytes + 8) / BlockBytes) + 1, NodeBlocks = ((1 + (2 * NmtNode.Size) + 8) / BlockBytes) + 1;
        return ((double)leaves * LeafBlocks * BlockBytes) + ((double)nodes * NodeBlocks * BlockBytes);
    }

    private static double OpenSsl()
    {
        byte[] buffer = RandomNumberGenerator.GetBytes(1 << 20), digest = new byte[32];
        return buffer.Length / Best(() => SHA256.HashData(buffer, digest));
    }

    private static Namespace UserNamespace()
    {
        Namespace.TryUser("dsdn-bench"u8, out Namespace name);
        return name;
    }

    private static Blob Create(Namespace name, int bytes)
    {
        Blob.TryCreate(name, RandomNumberGenerator.GetBytes(bytes), out Blob? blob);
        return blob ?? throw new InvalidOperationException("the blob is refused");
    }

    /// <summary>Microseconds of the best run.</summary>
    private static double Best(Action action)
    {
        double best = double.MaxValue;
        long begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun).TotalMilliseconds < WarmUpMs) action(); // until the compiler's second tier is in
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
