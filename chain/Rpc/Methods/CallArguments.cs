using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>A transaction object as callers write it (geth's TransactionArgs): every member may be absent.</summary>
internal sealed record CallArguments
{
    public const int AccessListEntriesMax = 4_096;

    public Address? From { get; private set; }

    public Address? To { get; private set; }

    public ulong? Gas { get; private set; }

    public Uint256? GasPrice { get; private set; }

    public Uint256? MaxFeePerGas { get; private set; }

    public Uint256? MaxPriorityFeePerGas { get; private set; }

    public Uint256? Value { get; private set; }

    public ulong? Nonce { get; private set; }

    public Uint256? ChainId { get; private set; }

    public IReadOnlyList<AccessListEntry>? AccessList { get; private set; }

    private byte[]? DataMember { get; set; }

    private byte[]? InputMember { get; set; }

    public ReadOnlyMemory<byte> Data => InputMember ?? DataMember ?? [];

    public static RpcError? Read(ref ParamReader args, out CallArguments call)
    {
        call = new CallArguments();
        if (!args.Next()) return RpcError.MissingArgument(args.Index);
        if (args.Token == JsonTokenType.Null) return null;
        if (args.Token != JsonTokenType.StartObject) return args.Unmarshal(args.GoKind(), "ethapi.TransactionArgs");
        ref Utf8JsonReader json = ref args.Json;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (call.ReadMember(ref json, args.Index) is { } error) return error;
        }
        return call.Check();
    }

    private RpcError? ReadMember(ref Utf8JsonReader json, int index)
    {
        if (json.ValueTextEquals("from"u8)) return ReadAddress(ref json, index, "from", a => From = a);
        if (json.ValueTextEquals("to"u8)) return ReadAddress(ref json, index, "to", a => To = a);
        if (json.ValueTextEquals("gas"u8)) return ReadUlong(ref json, index, "gas", v => Gas = v);
        if (json.ValueTextEquals("nonce"u8)) return ReadUlong(ref json, index, "nonce", v => Nonce = v);
        if (json.ValueTextEquals("gasPrice"u8)) return ReadBig(ref json, index, "gasPrice", v => GasPrice = v);
        if (json.ValueTextEquals("maxFeePerGas"u8)) return ReadBig(ref json, index, "maxFeePerGas", v => MaxFeePerGas = v);
        if (json.ValueTextEquals("maxPriorityFeePerGas"u8)) return ReadBig(ref json, index, "maxPriorityFeePerGas", v => MaxPriorityFeePerGas = v);
        if (json.ValueTextEquals("value"u8)) return ReadBig(ref json, index, "value", v => Value = v);
        if (json.ValueTextEquals("chainId"u8)) return ReadBig(ref json, index, "chainId", v => ChainId = v);
        if (json.ValueTextEquals("data"u8)) return ReadBytes(ref json, index, "data", b => DataMember = b);
        if (json.ValueTextEquals("input"u8)) return ReadBytes(ref json, index, "input", b => InputMember = b);
        if (json.ValueTextEquals("accessList"u8)) return ReadAccessList(ref json, index);
        if (json.ValueTextEquals("blobVersionedHashes"u8) || json.ValueTextEquals("maxFeePerBlobGas"u8)) return Unsupported(ref json, "blob transactions are not supported");
        if (json.ValueTextEquals("authorizationList"u8)) return Unsupported(ref json, "set code transactions are not supported");
        json.Read();
        json.Skip();
        return null;
    }

    private RpcError? Check()
    {
        if (DataMember is not null && InputMember is not null && !DataMember.AsSpan().SequenceEqual(InputMember))
            return RpcError.Server("both \"data\" and \"input\" are set and not equal. Please use \"input\" to pass transaction call data");
        if (GasPrice is not null && (MaxFeePerGas is not null || MaxPriorityFeePerGas is not null))
            return RpcError.Server("both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified");
        if (MaxFeePerGas is { } cap && MaxPriorityFeePerGas is { } tip && cap < tip)
            return RpcError.Server($"maxFeePerGas ({Quantity(cap)}) < maxPriorityFeePerGas ({Quantity(tip)})");
        return null;
    }

    private static string Quantity(in Uint256 value)
    {
        string digits = value.ToBigInteger().ToString("x", System.Globalization.CultureInfo.InvariantCulture).TrimStart('0');
        return digits.Length == 0 ? "0x0" : "0x" + digits;
    }

    /// <summary>Null, and absent members, mean nothing; a present one asks for what this chain does not run.</summary>
    private static RpcError? Unsupported(ref Utf8JsonReader json, string message)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return null;
        return RpcError.Server(message);
    }

    private static RpcError Field(int index, string reason, string name, string goType) =>
        RpcError.InvalidArgument(index, $"json: cannot unmarshal {reason} into Go struct field TransactionArgs.{name} of type {goType}");

    private static RpcError? ReadAddress(ref Utf8JsonReader json, int index, string name, Action<Address> set)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType != JsonTokenType.String) return Field(index, "non-string", name, "common.Address");
        Span<byte> bytes = stackalloc byte[Address.Size];
        if (HexText.Fixed(json.ValueSpan, bytes, "common.Address", out bool isLength) is { } reason)
            return isLength ? RpcError.InvalidArgument(index, reason) : Field(index, reason, name, "common.Address");
        set(new Address(bytes));
        return null;
    }

    private static RpcError? ReadUlong(ref Utf8JsonReader json, int index, string name, Action<ulong> set)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType != JsonTokenType.String) return Field(index, "non-string", name, "hexutil.Uint64");
        if (HexText.Quantity64(json.ValueSpan, out ulong value) is { } reason) return Field(index, reason, name, "hexutil.Uint64");
        set(value);
        return null;
    }

    private static RpcError? ReadBig(ref Utf8JsonReader json, int index, string name, Action<Uint256> set)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType != JsonTokenType.String) return Field(index, "non-string", name, "*hexutil.Big");
        if (HexText.Quantity256(json.ValueSpan, out Uint256 value) is { } reason) return Field(index, reason, name, "*hexutil.Big");
        set(value);
        return null;
    }

    private static RpcError? ReadBytes(ref Utf8JsonReader json, int index, string name, Action<byte[]> set)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType != JsonTokenType.String) return Field(index, "non-string", name, "hexutil.Bytes");
        if (HexText.Bytes(json.ValueSpan, out byte[] bytes) is { } reason) return Field(index, reason, name, "hexutil.Bytes");
        set(bytes);
        return null;
    }

    private RpcError? ReadAccessList(ref Utf8JsonReader json, int index)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType != JsonTokenType.StartArray) return Field(index, ParamReader.GoKind(json.TokenType), "accessList", "types.AccessList");
        var list = new List<AccessListEntry>();
        int size = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject) return Field(index, ParamReader.GoKind(json.TokenType), "accessList", "types.AccessTuple");
            if (ReadAccessTuple(ref json, index, ref size, out AccessListEntry entry) is { } error) return error;
            list.Add(entry);
        }
        AccessList = list;
        return null;
    }

    private static RpcError? ReadAccessTuple(ref Utf8JsonReader json, int index, ref int size, out AccessListEntry entry)
    {
        entry = new AccessListEntry(Address.Zero, []);
        Address? address = null;
        var keys = new List<Hash256>();
        Span<byte> word = stackalloc byte[Hash256.Size];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("address"u8))
            {
                if (ReadAddress(ref json, index, "accessList.address", a => address = a) is { } error) return error;
            }
            else if (json.ValueTextEquals("storageKeys"u8))
            {
                json.Read();
                if (json.TokenType == JsonTokenType.Null) continue;
                if (json.TokenType != JsonTokenType.StartArray) return Field(index, ParamReader.GoKind(json.TokenType), "accessList.storageKeys", "[]common.Hash");
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    if (json.TokenType != JsonTokenType.String) return Field(index, "non-string", "accessList.storageKeys", "common.Hash");
                    if (HexText.Fixed(json.ValueSpan, word, "common.Hash", out _) is { } reason) return RpcError.InvalidArgument(index, reason);
                    if (++size > AccessListEntriesMax) return RpcError.InvalidArgument(index, $"access list above {AccessListEntriesMax} entries");
                    keys.Add(new Hash256(word));
                }
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }
        if (address is not { } known) return RpcError.InvalidArgument(index, "missing required field 'address' for AccessTuple");
        if (++size > AccessListEntriesMax) return RpcError.InvalidArgument(index, $"access list above {AccessListEntriesMax} entries");
        entry = new AccessListEntry(known, keys);
        return null;
    }
}
