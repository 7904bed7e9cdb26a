using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>
/// rlp([version, height, round, blockHash, bitmap, [signature...]]): one signature of 64 bytes a set bit, in the order of the
/// bits, so that equal certificates have equal bytes.
/// </summary>
public static class CertificateCodec
{
    /// <summary>Bound of the bitmap, far above any validator set.</summary>
    public const int SignerBytesMax = 128;

    public const int SignatureSize = 64;

    private const ulong Version = 1;

    public static byte[] Encode(Certificate certificate)
    {
        var writer = new RlpWriter(stackalloc byte[512]);
        Write(ref writer, certificate);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    public static void Write(ref RlpWriter writer, Certificate certificate)
    {
        int list = writer.BeginList();
        writer.Write(Version);
        writer.Write(certificate.Height);
        writer.Write((ulong)certificate.Round);
        writer.Write(certificate.BlockHash);
        writer.Write(certificate.Signers.Span);
        int signatures = writer.BeginList();
        for (int i = 0; i < certificate.Signatures.Count; i++) writer.Write(certificate.Signatures[i].Span);
        writer.EndList(signatures);
        writer.EndList(list);
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Certificate? certificate)
    {
        var reader = new RlpReader(bytes);
        return TryRead(ref reader, out certificate) && reader.TryEnd();
    }

    public static bool TryRead(ref RlpReader reader, [NotNullWhen(true)] out Certificate? certificate)
    {
        certificate = null;
        if (!reader.TryReadList(out RlpReader fields)) return false;
        fields.TryReadUInt64(out ulong version);
        fields.TryReadUInt64(out ulong height);
        fields.TryReadUInt32(out uint round);
        fields.TryReadHash(out Hash256 blockHash);
        fields.TryReadBytes(out ReadOnlySpan<byte> signers, SignerBytesMax);
        if (!fields.TryReadList(out RlpReader items) || !fields.TryEnd() || version != Version) return false;

        int signed = 0;
        foreach (byte bits in signers) signed += BitOperations.PopCount(bits);
        var signatures = new ReadOnlyMemory<byte>[signed];
        for (int i = 0; i < signed; i++)
        {
            if (!items.TryReadFixed(SignatureSize, out ReadOnlySpan<byte> signature)) return false;
            signatures[i] = signature.ToArray();
        }
        if (!items.TryEnd()) return false;
        certificate = new Certificate(height, round, blockHash, signers.ToArray(), signatures);
        return true;
    }
}
