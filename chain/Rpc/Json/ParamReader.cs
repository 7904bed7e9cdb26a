using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Rpc.Json;

/// <summary>
/// Reads positional parameters one after the other. The first error, in geth's words, sticks: reads after it give defaults,
/// and <see cref="End"/> answers it. Hexadecimal text is taken as it stands, so escapes inside it are bad syntax, as in geth.
/// </summary>
internal ref struct ParamReader
{
    private Utf8JsonReader _reader;
    private bool _hasMore;

    /// <param name="json">A JSON array, or nothing.</param>
    public ParamReader(ReadOnlySpan<byte> json, int depthMax)
    {
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = depthMax });
        _hasMore = !json.IsEmpty && _reader.Read();
    }

    /// <summary>Position of the argument that was read last; -1 before the first.</summary>
    public int Index { get; private set; } = -1;

    /// <summary>The reader, on the first token of the argument; leave it on the argument's last.</summary>
    [UnscopedRef]
    public ref Utf8JsonReader Json => ref _reader;

    public readonly JsonTokenType Token => _reader.TokenType;

    /// <summary>Goes to the next argument; false after the last.</summary>
    public bool Next()
    {
        Index++;
        _hasMore = _hasMore && _reader.Read() && _reader.TokenType != JsonTokenType.EndArray;
        return _hasMore;
    }

    /// <summary>What was wrong with an argument read so far.</summary>
    public RpcError? Error { get; private set; }

    /// <summary>The first error, or that there are more arguments than were read.</summary>
    public RpcError? End()
    {
        if (Error is not null) return Error;
        int count = Index + 1;
        return Next() ? RpcError.InvalidParams($"too many arguments, want at most {count}") : null;
    }

    public Address Address()
    {
        Span<byte> bytes = stackalloc byte[Primitives.Address.Size];
        return Fixed(bytes, "common.Address") ? new Address(bytes) : default;
    }

    public Hash256 Hash()
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        return Fixed(bytes, "common.Hash") ? new Hash256(bytes) : default;
    }

    public byte[] Bytes()
    {
        if (!Required()) return [];
        if (Token != JsonTokenType.String) Error = Unmarshal("non-string", "hexutil.Bytes");
        else if (HexText.Bytes(_reader.ValueSpan, out byte[] bytes) is { } reason) Error = Unmarshal(reason, "hexutil.Bytes");
        else return bytes;
        return [];
    }

    /// <summary>A quantity of at most 64 bits.</summary>
    public ulong Number(string goType = "hexutil.Uint")
    {
        if (!Required()) return 0;
        if (Token != JsonTokenType.String) Error = Unmarshal("non-string", goType);
        else if (HexText.Quantity64(_reader.ValueSpan, out ulong value) is { } reason) Error = Unmarshal(reason, goType);
        else return value;
        return 0;
    }

    public bool Bool()
    {
        if (!Required()) return false;
        if (Token is JsonTokenType.True) return true;
        if (Token is not (JsonTokenType.False or JsonTokenType.Null)) Error = Unmarshal(GoKind(), "bool");
        return false;
    }

    /// <summary>A string as it stands in the JSON, without unescaping.</summary>
    public ReadOnlySpan<byte> RawText(string goType)
    {
        if (!Required()) return default;
        if (Token == JsonTokenType.String) return _reader.ValueSpan;
        Error = Unmarshal(GoKind(), goType);
        return default;
    }

    /// <summary>A tag or a number; required.</summary>
    public BlockSelector BlockNumber()
    {
        if (!Required()) return BlockSelector.Latest;
        Error = BlockNumberHere(out BlockSelector selector);
        return selector;
    }

    /// <summary>A tag, a number, a hash, or an EIP-1898 object.</summary>
    /// <param name="isRequired">Otherwise absent and null mean the latest block.</param>
    public BlockSelector Block(bool isRequired = false)
    {
        if (Error is not null) return BlockSelector.Latest;
        Error = ReadBlock(isRequired, out BlockSelector selector);
        return selector;
    }

    private RpcError? ReadBlock(bool isRequired, out BlockSelector selector)
    {
        selector = BlockSelector.Latest;
        if (!Next()) return isRequired ? RpcError.MissingArgument(Index) : null;
        switch (Token)
        {
            case JsonTokenType.Null when !isRequired:
                return null;
            case JsonTokenType.StartObject:
                return BlockObject(out selector);
            case JsonTokenType.String when _reader.ValueSpan.Length == 66:
                Span<byte> bytes = stackalloc byte[Hash256.Size];
                if (HexText.Fixed(_reader.ValueSpan, bytes, "common.Hash", out _) is { } reason) return RpcError.InvalidArgument(Index, reason);
                selector = new BlockSelector(BlockKind.Hash, Hash: new Hash256(bytes));
                return null;
            case JsonTokenType.String:
                return BlockNumberHere(out selector);
            default:
                return RpcError.InvalidArgument(Index, $"json: cannot unmarshal {GoKind()} into Go value of type string");
        }
    }

    /// <summary>The word Go's JSON package has for the current token.</summary>
    public readonly string GoKind() => GoKind(_reader.TokenType);

    public static string GoKind(JsonTokenType token) => token switch
    {
        JsonTokenType.Number => "number",
        JsonTokenType.String => "string",
        JsonTokenType.True or JsonTokenType.False => "bool",
        JsonTokenType.StartArray => "array",
        JsonTokenType.StartObject => "object",
        _ => "null",
    };

    public readonly RpcError Unmarshal(string reason, string goType) =>
        RpcError.InvalidArgument(Index, $"json: cannot unmarshal {reason} into Go value of type {goType}");

    /// <summary>Goes to an argument that must be there.</summary>
    private bool Required()
    {
        if (Error is not null) return false;
        if (Next()) return true;
        Error = RpcError.MissingArgument(Index);
        return false;
    }

    private bool Fixed(scoped Span<byte> target, string goType)
    {
        if (!Required()) return false;
        if (Token != JsonTokenType.String)
        {
            Error = Unmarshal("non-string", goType);
            return false;
        }
        if (HexText.Fixed(_reader.ValueSpan, target, goType, out bool isLength) is not { } reason) return true;
        Error = isLength ? RpcError.InvalidArgument(Index, reason) : Unmarshal(reason, goType);
        return false;
    }

    private readonly RpcError? BlockNumberHere(out BlockSelector selector)
    {
        selector = BlockSelector.Latest;
        string? reason = Token == JsonTokenType.String ? BlockSelector.Parse(_reader.ValueSpan, out selector) : HexText.MissingPrefix;
        return reason is null ? null : RpcError.InvalidArgument(Index, reason);
    }

    private RpcError? BlockObject(out BlockSelector selector)
    {
        selector = BlockSelector.Latest;
        BlockSelector? number = null, hash = null;
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isNumber = _reader.ValueTextEquals("blockNumber"u8), isHash = _reader.ValueTextEquals("blockHash"u8);
            bool isCanonical = _reader.ValueTextEquals("requireCanonical"u8);
            _reader.Read();
            if (isNumber && Token != JsonTokenType.Null)
            {
                if (BlockNumberHere(out BlockSelector named) is { } error) return error;
                number = named;
            }
            else if (isHash && Token != JsonTokenType.Null)
            {
                if (Token != JsonTokenType.String) return Unmarshal("non-string", "common.Hash");
                if (HexText.Fixed(_reader.ValueSpan, bytes, "common.Hash", out _) is { } reason) return RpcError.InvalidArgument(Index, reason);
                hash = new BlockSelector(BlockKind.Hash, Hash: new Hash256(bytes));
            }
            else if (isCanonical && Token is not (JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null))
            {
                return RpcError.InvalidArgument(Index, $"json: cannot unmarshal {GoKind()} into Go struct field .requireCanonical of type bool");
            }
            _reader.Skip();
        }
        if (number is not null && hash is not null)
            return RpcError.InvalidArgument(Index, "cannot specify both BlockHash and BlockNumber, choose one or the other");
        if ((number ?? hash) is not { } chosen) return RpcError.Server("invalid arguments; neither block nor hash specified");
        selector = chosen;
        return null;
    }
}
