using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Storage;

namespace Dsdn.Chain.LightClient;

/// <summary>
/// All that a light client needs of a block: both headers, the certificate, who voted on it and who votes on the next one.
/// Never of block 0, which nobody voted on.
/// </summary>
public sealed record LightBlock(Header Header, ConsensusHeader Consensus, Certificate Certificate, ValidatorSet Validators, ValidatorSet NextValidators)
{
    public const int BytesMax = 512 * 1024;

    private const ulong Version = 1;

    public ulong Height => Header.Number;

    public Hash256 Hash => HeaderCodec.Hash(Header);

    public ulong TimeMs => Consensus.TimeMs;

    /// <summary>rlp([version, header, consensusHeader, certificate, validators, nextValidators]).</summary>
    public byte[] Encode()
    {
        var writer = new RlpWriter(stackalloc byte[1024]);
        int list = writer.BeginList();
        writer.Write(Version);
        HeaderCodec.Write(ref writer, Header);
        ConsensusHeaderCodec.Write(ref writer, Consensus);
        CertificateCodec.Write(ref writer, Certificate);
        ValidatorSetCodec.Write(ref writer, Validators);
        ValidatorSetCodec.Write(ref writer, NextValidators);
        writer.EndList(list);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    /// <summary>Form only; whether it holds is <see cref="LightVerifier"/>'s question.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out LightBlock? block)
    {
        block = null;
        if (bytes.Length > BytesMax) return false;
        var reader = new RlpReader(bytes);
        if (!reader.TryReadList(out RlpReader fields) || !reader.TryEnd() || !fields.TryReadUInt64(out ulong version) || version != Version) return false;
        if (!HeaderCodec.TryRead(ref fields, out Header? header) || !ConsensusHeaderCodec.TryRead(ref fields, out ConsensusHeader? consensus)) return false;
        if (!CertificateCodec.TryRead(ref fields, out Certificate? certificate)) return false;
        if (!ValidatorSetCodec.TryRead(ref fields, out ValidatorSet? validators) || !ValidatorSetCodec.TryRead(ref fields, out ValidatorSet? next) || !fields.TryEnd()) return false;
        block = new LightBlock(header, consensus, certificate, validators, next);
        return true;
    }

    /// <summary>Of a stored block. Null for block 0, above the head, and where a part of it is not stored any more.</summary>
    /// <param name="height">0: the head.</param>
    public static LightBlock? Read(ChainStore store, ulong height)
    {
        ulong wanted = height == 0 ? store.Height ?? 0 : height;
        if (wanted == 0 || wanted > store.Height) return null;
        if (store.ReadHeader(wanted) is not { Consensus: { } consensus } stored || store.ReadCertificate(wanted) is not { } certificate) return null;
        if (store.ReadValidators(consensus.ValidatorsHash) is not { } validators || store.ReadValidators(consensus.NextValidatorsHash) is not { } next) return null;
        return new LightBlock(stored.Header, consensus, certificate, validators, next);
    }
}
