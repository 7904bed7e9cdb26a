using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>
/// The 16 fields of a London header (EIP-1559) in order: parentHash, ommersHash, coinbase, stateRoot, transactionsRoot,
/// receiptsRoot, logsBloom, difficulty 0, number, gasLimit, gasUsed, timestamp, extraData, mixHash, nonce 0, baseFeePerGas.
/// </summary>
public static class HeaderCodec
{
    private const int NonceSize = 8;

    public static byte[] Encode(Header header)
    {
        var writer = new RlpWriter(stackalloc byte[1024]);
        Write(ref writer, header);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    /// <summary>The block hash: Keccak-256 of the encoding.</summary>
    public static Hash256 Hash(Header header)
    {
        var writer = new RlpWriter(stackalloc byte[1024]);
        Write(ref writer, header);
        Hash256 hash = writer.Hash();
        writer.Dispose();
        return hash;
    }

    public static void Write(ref RlpWriter writer, Header header)
    {
        int list = writer.BeginList();
        writer.Write(header.ParentHash);
        writer.Write(Header.OmmersHash);
        writer.Write(header.Coinbase);
        writer.Write(header.StateRoot);
        writer.Write(header.TransactionsRoot);
        writer.Write(header.ReceiptsRoot);
        writer.Write(header.LogsBloom.Span);
        writer.Write(0UL);
        writer.Write(header.Number);
        writer.Write(header.GasLimit);
        writer.Write(header.GasUsed);
        writer.Write(header.Timestamp);
        writer.Write(header.ExtraData);
        writer.Write(header.MixHash);
        writer.Write([0, 0, 0, 0, 0, 0, 0, 0]);
        writer.Write(header.BaseFeePerGas);
        writer.EndList(list);
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Header? header)
    {
        var reader = new RlpReader(bytes);
        return TryRead(ref reader, out header) && reader.TryEnd();
    }

    /// <summary>Reads one header; the constant fields must hold their constants.</summary>
    public static bool TryRead(ref RlpReader reader, [NotNullWhen(true)] out Header? header)
    {
        header = null;
        if (!reader.TryReadList(out RlpReader fields)) return false;
        fields.TryReadHash(out Hash256 parentHash);
        fields.TryReadHash(out Hash256 ommersHash);
        fields.TryReadAddress(out Address coinbase);
        fields.TryReadHash(out Hash256 stateRoot);
        fields.TryReadHash(out Hash256 transactionsRoot);
        fields.TryReadHash(out Hash256 receiptsRoot);
        fields.TryReadFixed(Bloom.Size, out ReadOnlySpan<byte> bloom);
        fields.TryReadUInt64(out ulong difficulty);
        fields.TryReadUInt64(out ulong number);
        fields.TryReadUInt64(out ulong gasLimit);
        fields.TryReadUInt64(out ulong gasUsed);
        fields.TryReadUInt64(out ulong timestamp);
        fields.TryReadHash(out Hash256 extraData);
        fields.TryReadHash(out Hash256 mixHash);
        fields.TryReadFixed(NonceSize, out ReadOnlySpan<byte> nonce);
        fields.TryReadAmount(out Amount baseFee);
        if (!fields.TryEnd() || ommersHash != Header.OmmersHash || difficulty != 0 || nonce.ContainsAnyExcept((byte)0)) return false;
        header = new Header
        {
            ParentHash = parentHash, Coinbase = coinbase, StateRoot = stateRoot, TransactionsRoot = transactionsRoot,
            ReceiptsRoot = receiptsRoot, LogsBloom = bloom.ContainsAnyExcept((byte)0) ? new Bloom(bloom.ToArray()) : Bloom.Empty,
            Number = number, GasLimit = gasLimit, GasUsed = gasUsed, Timestamp = timestamp, ExtraData = extraData, MixHash = mixHash,
            BaseFeePerGas = baseFee,
        };
        return true;
    }
}
