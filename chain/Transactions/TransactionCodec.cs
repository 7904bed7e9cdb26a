using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Transactions;

/// <summary>
/// Decodes the EIP-2718 bytes of a user's transaction: legacy with or without EIP-155, EIP-2930, EIP-1559. Strict: one
/// canonical encoding, nothing behind it. Accepts what the formats allow; <see cref="TransactionRules"/> says what this chain runs.
/// </summary>
public static class TransactionCodec
{
    /// <summary>Limit of an encoded transaction, as geth's pool has it.</summary>
    public const int BytesMax = 128 * 1024;

    /// <param name="raw">Kept by the transaction, not copied: do not change it afterwards.</param>
    public static bool TryDecode(
        ReadOnlyMemory<byte> raw, [NotNullWhen(true)] out Transaction? transaction, [NotNullWhen(false)] out TransactionError? fault)
    {
        transaction = null;
        fault = raw.Length > BytesMax
            ? new TransactionError("DSDN-E-TX-SIZE", $"oversized data: transaction size {raw.Length}, limit {BytesMax}")
            : Decode(raw, out transaction);
        return fault is null && transaction is not null;
    }

    private static TransactionError? Decode(ReadOnlyMemory<byte> raw, out Transaction? transaction)
    {
        transaction = null;
        ReadOnlySpan<byte> bytes = raw.Span;
        if (bytes.Length > 0 && bytes[0] > 0x7f) return Legacy(raw, out transaction);
        if (bytes.Length <= 1) return TransactionError.TooShort;
        return bytes[0] switch
        {
            (byte)TransactionType.AccessList => AccessList(raw, out transaction),
            (byte)TransactionType.DynamicFee => DynamicFee(raw, out transaction),
            _ => ForeignTransactions.Refuse(bytes[0], bytes[1..]),
        };
    }

    private static TransactionError? Legacy(ReadOnlyMemory<byte> raw, out Transaction? transaction)
    {
        var fields = new TransactionFields(raw, 0, "types.LegacyTx");
        ulong nonce = fields.UInt64("Nonce");
        Uint256 price = fields.Fee("GasPrice", TransactionError.FeeCapTooWide);
        ulong gas = fields.UInt64("Gas");
        Address? to = fields.OptionalAddress("To");
        Uint256 value = fields.Uint256("Value");
        ReadOnlyMemory<byte> data = fields.Bytes("Data");
        (Uint256 v, Uint256 r, Uint256 s) = fields.Signature();
        transaction = null;
        if (fields.End() is { } fault) return fault;
        transaction = new Transaction
        {
            Type = TransactionType.Legacy, ChainId = Eip155.ChainId(v), Nonce = nonce, MaxFeePerGas = price, MaxPriorityFeePerGas = price,
            GasLimit = gas, To = to, Value = value, Data = data, V = v, R = r, S = s, Hash = Keccak.Hash(raw.Span), Raw = raw,
        };
        return null;
    }

    private static TransactionError? AccessList(ReadOnlyMemory<byte> raw, out Transaction? transaction)
    {
        var fields = new TransactionFields(raw, 1, "types.AccessListTx");
        ulong chainId = fields.ChainId();
        ulong nonce = fields.UInt64("Nonce");
        Uint256 price = fields.Fee("GasPrice", TransactionError.FeeCapTooWide);
        ulong gas = fields.UInt64("Gas");
        Address? to = fields.OptionalAddress("To");
        Uint256 value = fields.Uint256("Value");
        ReadOnlyMemory<byte> data = fields.Bytes("Data");
        IReadOnlyList<AccessListEntry> accessList = fields.AccessList();
        (Uint256 v, Uint256 r, Uint256 s) = fields.Signature();
        transaction = null;
        if (fields.End() is { } fault) return fault;
        transaction = new Transaction
        {
            Type = TransactionType.AccessList, ChainId = chainId, Nonce = nonce, MaxFeePerGas = price, MaxPriorityFeePerGas = price,
            GasLimit = gas, To = to, Value = value, Data = data, AccessList = accessList, V = v, R = r, S = s,
            Hash = Keccak.Hash(raw.Span), Raw = raw,
        };
        return null;
    }

    private static TransactionError? DynamicFee(ReadOnlyMemory<byte> raw, out Transaction? transaction)
    {
        var fields = new TransactionFields(raw, 1, "types.DynamicFeeTx");
        ulong chainId = fields.ChainId();
        ulong nonce = fields.UInt64("Nonce");
        Uint256 tipCap = fields.Fee("GasTipCap", TransactionError.TipCapTooWide);
        Uint256 feeCap = fields.Fee("GasFeeCap", TransactionError.FeeCapTooWide);
        ulong gas = fields.UInt64("Gas");
        Address? to = fields.OptionalAddress("To");
        Uint256 value = fields.Uint256("Value");
        ReadOnlyMemory<byte> data = fields.Bytes("Data");
        IReadOnlyList<AccessListEntry> accessList = fields.AccessList();
        (Uint256 v, Uint256 r, Uint256 s) = fields.Signature();
        transaction = null;
        if (fields.End() is { } fault) return fault;
        transaction = new Transaction
        {
            Type = TransactionType.DynamicFee, ChainId = chainId, Nonce = nonce, MaxFeePerGas = feeCap, MaxPriorityFeePerGas = tipCap,
            GasLimit = gas, To = to, Value = value, Data = data, AccessList = accessList, V = v, R = r, S = s,
            Hash = Keccak.Hash(raw.Span), Raw = raw,
        };
        return null;
    }
}
