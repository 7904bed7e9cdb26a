using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Transactions;

/// <summary>Which hook a system transaction stands for: first or last in the block.</summary>
public enum SystemPhase : byte
{
    Begin = 0,
    End = 1,
}

/// <summary>
/// A block hook as a transaction (chain-decisions 1.2): 0x7e || rlp([chainId, height, phase]), without signature, fee or gas.
/// Only the block builder makes one.
/// </summary>
public static class SystemTransaction
{
    /// <summary>0xff..fe.</summary>
    public static readonly Address Sender = Address.Parse("0xfffffffffffffffffffffffffffffffffffffffe");

    public static Transaction Create(ulong chainId, ulong height, SystemPhase phase)
    {
        var writer = new RlpWriter(stackalloc byte[32]);
        writer.WriteEncoded([(byte)TransactionType.System]);
        int list = writer.BeginList();
        writer.Write(chainId);
        writer.Write(height);
        writer.Write((ulong)phase);
        writer.EndList(list);
        byte[] raw = writer.ToArray();
        writer.Dispose();
        return Of(chainId, raw);
    }

    /// <summary>Of a block's body only: the codec of users' transactions does not know the type.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> raw, [NotNullWhen(true)] out Transaction? transaction, out ulong height, out SystemPhase phase)
    {
        transaction = null;
        height = 0;
        phase = SystemPhase.Begin;
        if (!IsSystem(raw.Span)) return false;
        var reader = new RlpReader(raw.Span[1..]);
        if (!reader.TryReadList(out RlpReader fields) || !reader.TryEnd()) return false;
        if (!fields.TryReadUInt64(out ulong chainId) || !fields.TryReadUInt64(out height) || !fields.TryReadUInt64(out ulong number) || !fields.TryEnd()) return false;
        if (number > (ulong)SystemPhase.End) return false;
        phase = (SystemPhase)number;
        transaction = Of(chainId, raw);
        return true;
    }

    public static bool IsSystem(ReadOnlySpan<byte> raw) => raw.Length > 1 && raw[0] == (byte)TransactionType.System;

    private static Transaction Of(ulong chainId, ReadOnlyMemory<byte> raw) => new()
    {
        Type = TransactionType.System, ChainId = chainId, Hash = Keccak.Hash(raw.Span), Raw = raw, Sender = Sender,
    };
}
