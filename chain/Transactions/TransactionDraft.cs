using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Transactions;

/// <summary>A transaction without signature: what a wallet fills in and signs.</summary>
public sealed record TransactionDraft
{
    public required TransactionType Type { get; init; }

    /// <summary>Null only for a legacy transaction without replay protection.</summary>
    public ulong? ChainId { get; init; }

    public ulong Nonce { get; init; }

    /// <summary>Legacy and 2930: the gas price; <see cref="MaxPriorityFeePerGas"/> is not looked at.</summary>
    public Uint256 MaxFeePerGas { get; init; }

    public Uint256 MaxPriorityFeePerGas { get; init; }
    public ulong GasLimit { get; init; }
    public Address? To { get; init; }
    public Uint256 Value { get; init; }
    public ReadOnlyMemory<byte> Data { get; init; }
    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    public static TransactionDraft Of(Transaction transaction) => new()
    {
        Type = transaction.Type, ChainId = transaction.ChainId, Nonce = transaction.Nonce, MaxFeePerGas = transaction.MaxFeePerGas,
        MaxPriorityFeePerGas = transaction.MaxPriorityFeePerGas, GasLimit = transaction.GasLimit, To = transaction.To,
        Value = transaction.Value, Data = transaction.Data, AccessList = transaction.AccessList,
    };

    /// <summary>The bytes that are hashed and signed, which are also the unsigned form that wallets exchange.</summary>
    public byte[] SigningPayload()
    {
        var writer = new RlpWriter(stackalloc byte[256]);
        WriteSigningPayload(ref writer);
        byte[] payload = writer.ToArray();
        writer.Dispose();
        return payload;
    }

    public Hash256 SigningHash()
    {
        var writer = new RlpWriter(stackalloc byte[256]);
        WriteSigningPayload(ref writer);
        Hash256 hash = writer.Hash();
        writer.Dispose();
        return hash;
    }

    /// <summary>Null for an invalid private key.</summary>
    /// <param name="privateKey">32 bytes.</param>
    public Transaction? Sign(ReadOnlySpan<byte> privateKey)
    {
        Span<byte> signature = stackalloc byte[Secp256k1.SignatureSize];
        if (!Secp256k1.TryAddress(privateKey, out Address sender)) return null;
        if (!Secp256k1.TrySign(SigningHash(), privateKey, signature, out byte parity)) return null;
        Transaction signed = WithSignature(Uint256.FromBigEndian(signature[..32]), Uint256.FromBigEndian(signature[32..]), parity);
        signed.Sender = sender;
        return signed;
    }

    /// <summary>The encoded transaction with a signature made elsewhere. Its sender is not set.</summary>
    public Transaction WithSignature(Uint256 r, Uint256 s, byte parity)
    {
        bool isLegacy = Type == TransactionType.Legacy;
        Uint256 v = isLegacy ? Eip155.V(ChainId, parity) : (Uint256)(ulong)parity;
        var writer = new RlpWriter(stackalloc byte[256]);
        int list = BeginFields(ref writer);
        writer.Write(v);
        writer.Write(r);
        writer.Write(s);
        writer.EndList(list);
        byte[] raw = writer.ToArray();
        writer.Dispose();
        return new Transaction
        {
            Type = Type, ChainId = ChainId, Nonce = Nonce, MaxFeePerGas = MaxFeePerGas,
            MaxPriorityFeePerGas = Type == TransactionType.DynamicFee ? MaxPriorityFeePerGas : MaxFeePerGas,
            GasLimit = GasLimit, To = To, Value = Value, Data = Data, AccessList = isLegacy ? [] : AccessList,
            V = v, R = r, S = s, Hash = Keccak.Hash(raw), Raw = raw,
        };
    }

    private void WriteSigningPayload(ref RlpWriter writer)
    {
        int list = BeginFields(ref writer);
        if (Type == TransactionType.Legacy && ChainId is { } chainId)
        {
            writer.Write(chainId);
            writer.Write(0UL);
            writer.Write(0UL);
        }
        writer.EndList(list);
    }

    /// <summary>Type byte and all fields before the signature; the list is still open.</summary>
    private int BeginFields(ref RlpWriter writer)
    {
        if (Type is not (TransactionType.Legacy or TransactionType.AccessList or TransactionType.DynamicFee))
            throw new InvalidOperationException("only legacy, access-list and dynamic-fee transactions are signed");
        bool isLegacy = Type == TransactionType.Legacy;
        if (!isLegacy) writer.WriteEncoded([(byte)Type]);
        int list = writer.BeginList();
        if (!isLegacy) writer.Write(ChainId ?? throw new InvalidOperationException("a typed transaction names its chain"));
        writer.Write(Nonce);
        if (Type == TransactionType.DynamicFee) writer.Write(MaxPriorityFeePerGas);
        writer.Write(MaxFeePerGas);
        writer.Write(GasLimit);
        writer.Write(To);
        writer.Write(Value);
        writer.Write(Data.Span);
        if (!isLegacy) WriteAccessList(ref writer);
        return list;
    }

    private void WriteAccessList(ref RlpWriter writer)
    {
        int list = writer.BeginList();
        for (int i = 0; i < AccessList.Count; i++)
        {
            int entry = writer.BeginList();
            writer.Write(AccessList[i].Address);
            int keys = writer.BeginList();
            for (int k = 0; k < AccessList[i].StorageKeys.Count; k++) writer.Write(AccessList[i].StorageKeys[k]);
            writer.EndList(keys);
            writer.EndList(entry);
        }
        writer.EndList(list);
    }
}
