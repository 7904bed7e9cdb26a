using System.Diagnostics;
using System.Globalization;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Wallet.Keystore;

namespace Dsdn.Bench;

/// <summary>Hashes and signatures, one thread. Each figure is the best of many short runs after a warm-up: the machine is shared.</summary>
public static class CryptoBench
{
    private const int Runs = 60;
    private const int WarmUpMs = 500;

    public static void Run(TextWriter output)
    {
        foreach (KeccakPath path in (KeccakPath[])[KeccakPath.Scalar, KeccakPath.FourLanes, KeccakPath.EightLanes])
        {
            if (path > KeccakBatch.BestPath) continue;
            Report(output, $"keccak.permutation.{path}", Batch(path, 100, 1), "ns");
            Report(output, $"keccak.branch532.{path}", Batch(path, 532, 4), "ns/permutation");
        }
        Signatures(output);
        Rlp(output);
        KeyFiles(output);
    }

    /// <summary>ns per permutation of hashing 1,024 messages.</summary>
    private static double Batch(KeccakPath path, int bytes, int permutationsEach)
    {
        const int Messages = 1024;
        byte[] packed = new byte[Messages * bytes];
        new Random(1).NextBytes(packed);
        int[] offsets = [.. Enumerable.Range(0, Messages + 1).Select(i => i * bytes)];
        Hash256[] digests = new Hash256[Messages];
        double ns = Best(1, () => KeccakBatch.Hash(packed, offsets, digests, path));
        return ns / (Messages * permutationsEach);
    }

    private static void Signatures(TextWriter output)
    {
        byte[] key = new byte[32];
        key[0] = 1;
        byte[] publicKey = new byte[64];
        byte[] signature = new byte[64];
        Hash256 digest = Keccak.OfEmpty;
        Secp256k1.TrySign(digest, key, signature, out byte parity);
        Secp256k1.TryPublicKey(key, publicKey);
        Report(output, "secp256k1.recover", Best(20, () => Secp256k1.TryRecover(digest, signature, parity, out _)) / 1000, "us");
        Report(output, "secp256k1.verify", Best(20, () => Secp256k1.Verify(digest, signature, publicKey)) / 1000, "us");
        Report(output, "secp256k1.sign", Best(20, () => Secp256k1.TrySign(digest, key, signature, out _)) / 1000, "us");

        byte[] edPublic = new byte[32];
        byte[] edSignature = new byte[64];
        byte[] message = new byte[160];
        Ed25519.PublicKey(key, edPublic);
        Ed25519.Sign(message, key, edSignature);
        Report(output, "ed25519.verify160", Best(20, () => Ed25519.Verify(message, edSignature, edPublic)) / 1000, "us");
        Report(output, "ed25519.sign160", Best(20, () => Ed25519.Sign(message, key, edSignature)) / 1000, "us");

        byte[] alpha = new byte[80], proof = new byte[Ecvrf.ProofSize];
        Ecvrf.Prove(key, alpha, proof);
        Report(output, "ecvrf.verify", Best(20, () => Ecvrf.Verify(edPublic, alpha, proof)) / 1000, "us");
        Report(output, "ecvrf.prove", Best(20, () => Ecvrf.Prove(key, alpha, proof)) / 1000, "us");
    }

    /// <summary>A branch node with sixteen hashed children: written, and read back item by item.</summary>
    private static void Rlp(TextWriter output)
    {
        byte[] encoded = Branch();
        Report(output, "rlp.write.branch532", Best(200, () => Branch()), "ns");
        Report(output, "rlp.read.branch532", Best(200, () => ReadBranch(encoded)), "ns");
    }

    private static byte[] Branch()
    {
        using RlpWriter writer = new(stackalloc byte[544]);
        int list = writer.BeginList();
        for (int i = 0; i < 16; i++) writer.Write(Keccak.OfEmpty);
        writer.Write(default(ReadOnlySpan<byte>));
        writer.EndList(list);
        return writer.ToArray();
    }

    private static void ReadBranch(byte[] encoded)
    {
        RlpReader reader = new(encoded);
        reader.TryReadList(out RlpReader items);
        while (!items.AtEnd && items.TryReadBytes(out _))
        {
        }
    }

    private static void KeyFiles(TextWriter output)
    {
        byte[] key = new byte[32];
        key[0] = 1;
        byte[] wallet = Web3Keystore.Encrypt(key, "password"u8, new byte[32], new byte[16], new byte[16], ScryptCost.Standard);
        byte[] file = new KeyFile("bench", []).Encrypt(key, "password"u8, new byte[16], new byte[24], Argon2Cost.Standard);
        Report(output, "wallet.unlock", BestMs(() => Web3Keystore.Decrypt(wallet, "password"u8, out _)), "ms");
        Report(output, "keyfile.unlock", BestMs(() => KeyFile.Decrypt(file, "password"u8, out _, out _)), "ms");
    }

    private static double BestMs(Action action)
    {
        double best = double.MaxValue;
        for (int run = 0; run < 5; run++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return best;
    }

    private static double Best(int iterations, Action action)
    {
        double best = double.MaxValue;
        long begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun).TotalMilliseconds < WarmUpMs) action(); // until the compiler's second tier is in
        for (int run = 0; run < Runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < iterations; i++) action();
            double ns = Stopwatch.GetElapsedTime(start).TotalNanoseconds / iterations;
            best = Math.Min(best, ns);
        }
        return best;
    }

    private static void Report(TextWriter output, string name, double value, string unit) => output.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $$"""{"name":"crypto.{{name}}","value":{{value:F1}},"unit":"{{unit}}"}"""));
}
