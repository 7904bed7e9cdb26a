using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Transactions;

/// <summary>
/// Reads the fields of one transaction in order. The first bad field is remembered with geth's words for it (rlp/decode.go);
/// later reads give zeros, so that a decoder reads straight through and asks once, at <see cref="End"/>.
/// </summary>
internal ref struct TransactionFields
{
    private readonly ReadOnlyMemory<byte> _raw;
    private readonly string _owner;
    private RlpReader _items;
    private TransactionError? _fault;

    /// <param name="skip">Bytes of the type prefix.</param>
    /// <param name="owner">geth's name of the transaction kind.</param>
    public TransactionFields(ReadOnlyMemory<byte> raw, int skip, string owner)
    {
        _raw = raw;
        _owner = owner;
        var outer = new RlpReader(raw.Span[skip..], depthMax: 4);
        if (!outer.TryReadList(out _items))
        {
            _fault = outer.Error == RlpError.BytesNotExpected
                ? Fault($"rlp: expected input list for {owner}")
                : Fault(Plain(outer.Error));
        }
        else if (!outer.TryEnd()) _fault = Fault("rlp: input contains more than one value");
    }

    public ulong UInt64(string field)
    {
        if (!Begin()) return 0;
        if (_items.TryReadUInt64(out ulong value)) return value;
        Refuse(field, "uint64");
        return 0;
    }

    public Uint256 Uint256(string field)
    {
        if (!Begin()) return default;
        if (_items.TryReadUint256(out Uint256 value)) return value;
        if (_items.Error == RlpError.IntegerTooLarge) _fault = Fault($"rlp: value larger than 256 bits, decoding into ({_owner}).{field}");
        else Refuse(field, "*big.Int");
        return default;
    }

    public Uint256 Fee(string field, TransactionError tooWide)
    {
        if (!Begin()) return default;
        if (_items.TryReadUint256(out Uint256 value)) return value;
        if (_items.Error == RlpError.IntegerTooLarge) _fault = tooWide;
        else Refuse(field, "*big.Int");
        return default;
    }

    public Address? OptionalAddress(string field)
    {
        if (!Begin()) return null;
        if (!_items.TryReadBytes(out ReadOnlySpan<byte> bytes)) Refuse(field, "common.Address");
        else if (bytes.Length == Address.Size) return new Address(bytes);
        else if (bytes.Length > 0) _fault = Fault($"{WrongLength(bytes.Length, Address.Size)} for common.Address, decoding into ({_owner}).{field}");
        return null;
    }

    /// <summary>Any integer by its format; above 64 bits it names no chain that could be this one.</summary>
    public ulong ChainId()
    {
        Uint256 chainId = Uint256("ChainID");
        if (chainId.FitsUInt64) return chainId.ToUInt64();
        _fault = new TransactionError("DSDN-E-TX-CHAIN-ID", $"invalid sender: invalid chain id for signer: have {chainId}");
        return 0;
    }

    /// <summary>A slice of the raw transaction.</summary>
    public ReadOnlyMemory<byte> Bytes(string field)
    {
        if (!Begin()) return default;
        if (!_items.TryReadBytes(out ReadOnlySpan<byte> bytes))
        {
            Refuse(field, "[]uint8");
            return default;
        }
        if (bytes.IsEmpty) return default;
        _raw.Span.Overlaps(bytes, out int offset);
        return _raw.Slice(offset, bytes.Length);
    }

    public IReadOnlyList<AccessListEntry> AccessList()
    {
        if (!Begin()) return [];
        if (!_items.TryReadList(out RlpReader entries))
        {
            Refuse("AccessList", "types.AccessList");
            return [];
        }
        if (entries.AtEnd) return [];
        List<AccessListEntry> list = [];
        while (!entries.AtEnd)
        {
            if (!TryReadEntry(ref entries, out AccessListEntry? entry)) return [];
            list.Add(entry!);
        }
        return list;
    }

    public (Uint256 V, Uint256 R, Uint256 S) Signature() => (Uint256("V"), Uint256("R"), Uint256("S"));

    public TransactionError? End()
    {
        if (_fault is not null) return _fault;
        return _items.AtEnd ? null : Fault($"rlp: input list has too many elements for {_owner}");
    }

    private bool TryReadEntry(ref RlpReader entries, out AccessListEntry? entry)
    {
        entry = null;
        if (!entries.TryReadList(out RlpReader fields)) return RefuseEntry(Describe(entries.Error, "types.AccessTuple"));
        if (!fields.TryReadBytes(out ReadOnlySpan<byte> address)) return RefuseEntry(Describe(fields.Error, "common.Address"));
        if (address.Length != Address.Size) return RefuseEntry($"{WrongLength(address.Length, Address.Size)} for common.Address");
        if (!fields.TryReadList(out RlpReader keys)) return RefuseEntry(Describe(fields.Error, "[]common.Hash"));
        List<Hash256> slots = [];
        while (!keys.AtEnd)
        {
            if (!keys.TryReadBytes(out ReadOnlySpan<byte> slot)) return RefuseEntry(Describe(keys.Error, "common.Hash"));
            if (slot.Length != Hash256.Size) return RefuseEntry($"{WrongLength(slot.Length, Hash256.Size)} for common.Hash");
            slots.Add(new Hash256(slot));
        }
        if (!fields.TryEnd()) return RefuseEntry(Describe(fields.Error, "types.AccessTuple"));
        entry = new AccessListEntry(new Address(address), slots);
        return true;
    }

    private bool RefuseEntry(string problem)
    {
        _fault = Fault($"{problem}, decoding into ({_owner}).AccessList");
        return false;
    }

    private bool Begin()
    {
        if (_fault is not null) return false;
        if (!_items.AtEnd) return true;
        _fault = Fault($"rlp: too few elements for {_owner}");
        return false;
    }

    private void Refuse(string field, string kind) =>
        _fault = Fault($"{Describe(_items.Error, kind)}, decoding into ({_owner}).{field}");

    private static string Describe(RlpError error, string kind) => error switch
    {
        RlpError.IntegerTooLarge => $"rlp: input string too long for {kind}",
        RlpError.LeadingZero => $"rlp: non-canonical integer (leading zero bytes) for {kind}",
        RlpError.ListNotExpected => $"rlp: expected input string or byte for {kind}",
        RlpError.BytesNotExpected => $"rlp: expected input list for {kind}",
        RlpError.TrailingBytes => $"rlp: input list has too many elements for {kind}",
        RlpError.Truncated => "rlp: element is larger than containing list",
        _ => Plain(error),
    };

    private static string WrongLength(int length, int wanted) => length < wanted ? "rlp: input string too short" : "rlp: input string too long";

    private static string Plain(RlpError error) => error switch
    {
        RlpError.Truncated or RlpError.TooLong => "rlp: value size exceeds available input length",
        RlpError.LengthNotCanonical or RlpError.ByteNotCanonical => "rlp: non-canonical size information",
        RlpError.TooDeep => "rlp: lists nested too deeply",
        _ => "rlp: malformed input",
    };

    private static TransactionError Fault(string message) => new("DSDN-E-TX-RLP", message);
}
