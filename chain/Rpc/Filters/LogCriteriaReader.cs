using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Json;

namespace Dsdn.Chain.Rpc.Filters;

/// <summary>Reads a filter object with geth's words for what is wrong in it.</summary>
internal static class LogCriteriaReader
{
    public static RpcError? Read(ref ParamReader args, RpcOptions options, out LogCriteria criteria)
    {
        criteria = LogCriteria.Everything;
        if (!args.Next()) return RpcError.MissingArgument(args.Index);
        if (args.Token == JsonTokenType.Null) return null;
        if (args.Token != JsonTokenType.StartObject) return args.Unmarshal(args.GoKind(), "filters.input");
        int index = args.Index;
        ref Utf8JsonReader json = ref args.Json;
        BlockSelector? from = null, to = null;
        Hash256? blockHash = null;
        IReadOnlyList<Address> addresses = [];
        IReadOnlyList<IReadOnlyList<Hash256>> topics = [];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            RpcError? error = null;
            if (json.ValueTextEquals("fromBlock"u8))
            {
                json.Read();
                error = ReadBlock(ref json, index, out from);
            }
            else if (json.ValueTextEquals("toBlock"u8))
            {
                json.Read();
                error = ReadBlock(ref json, index, out to);
            }
            else if (json.ValueTextEquals("blockHash"u8))
            {
                json.Read();
                error = ReadBlockHash(ref json, index, out blockHash);
            }
            else if (json.ValueTextEquals("address"u8))
            {
                json.Read();
                error = ReadAddresses(ref json, index, options.LogAddressesMax, out addresses);
            }
            else if (json.ValueTextEquals("topics"u8))
            {
                json.Read();
                error = ReadTopics(ref json, index, options.LogTopicAlternativesMax, out topics);
            }
            else
            {
                json.Read();
                json.Skip();
            }
            if (error is not null) return error;
        }
        if (blockHash is not null && (from is not null || to is not null))
            return RpcError.InvalidArgument(index, "cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other");
        criteria = new LogCriteria { From = from, To = to, BlockHash = blockHash, Addresses = addresses, Topics = topics };
        return null;
    }

    private static RpcError? ReadBlock(ref Utf8JsonReader json, int index, out BlockSelector? selector)
    {
        selector = null;
        if (json.TokenType == JsonTokenType.Null) return null;
        string? reason = HexText.MissingPrefix;
        BlockSelector parsed = default;
        if (json.TokenType == JsonTokenType.String) reason = BlockSelector.Parse(json.ValueSpan, out parsed);
        if (reason is not null) return RpcError.InvalidArgument(index, reason);
        selector = parsed;
        return null;
    }

    private static RpcError? ReadBlockHash(ref Utf8JsonReader json, int index, out Hash256? hash)
    {
        hash = null;
        if (json.TokenType == JsonTokenType.Null) return null;
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        string? reason = "json: cannot unmarshal non-string into Go struct field input.blockHash of type common.Hash";
        if (json.TokenType == JsonTokenType.String)
        {
            reason = HexText.Fixed(json.ValueSpan, bytes, "common.Hash", out bool isLength);
            if (reason is not null && !isLength) reason = $"json: cannot unmarshal {reason} into Go struct field input.blockHash of type common.Hash";
        }
        if (reason is not null) return RpcError.InvalidArgument(index, reason);
        hash = new Hash256(bytes);
        return null;
    }

    private static RpcError? ReadAddresses(ref Utf8JsonReader json, int index, int max, out IReadOnlyList<Address> addresses)
    {
        addresses = [];
        Span<byte> bytes = stackalloc byte[Address.Size];
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                if (Decode(json.ValueSpan, bytes, "address") is { } reason) return RpcError.InvalidArgument(index, reason);
                addresses = [new Address(bytes)];
                return null;
            case JsonTokenType.StartArray:
                var list = new List<Address>();
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    if (json.TokenType != JsonTokenType.String) return RpcError.InvalidArgument(index, $"non-string address at index {list.Count}");
                    if (Decode(json.ValueSpan, bytes, "address") is { } bad)
                        return RpcError.InvalidArgument(index, $"invalid address at index {list.Count}: {bad}");
                    if (list.Count == max) return RpcError.InvalidParams("exceed max addresses");
                    list.Add(new Address(bytes));
                }
                addresses = list;
                return null;
            default:
                return RpcError.InvalidArgument(index, "invalid addresses in query");
        }
    }

    private static RpcError? ReadTopics(
        ref Utf8JsonReader json, int index, int max, out IReadOnlyList<IReadOnlyList<Hash256>> topics)
    {
        topics = [];
        if (json.TokenType == JsonTokenType.Null) return null;
        if (json.TokenType != JsonTokenType.StartArray)
            return RpcError.InvalidArgument(index, $"json: cannot unmarshal {ParamReader.GoKind(json.TokenType)} into Go struct field input.topics of type []interface {{}}");
        var positions = new List<IReadOnlyList<Hash256>>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (positions.Count == LogCriteria.TopicsMax) return RpcError.InvalidParams("exceed max topics");
            if (ReadPosition(ref json, index, max, out IReadOnlyList<Hash256> position) is { } error) return error;
            positions.Add(position);
        }
        topics = positions;
        return null;
    }

    /// <summary>One topic, several (any of them), or null for any; a null among several means any, too (geth).</summary>
    private static RpcError? ReadPosition(ref Utf8JsonReader json, int index, int max, out IReadOnlyList<Hash256> position)
    {
        position = [];
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                if (Decode(json.ValueSpan, bytes, "topic") is { } reason) return RpcError.InvalidArgument(index, reason);
                position = [new Hash256(bytes)];
                return null;
            case JsonTokenType.StartArray:
                var list = new List<Hash256>();
                bool any = false;
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    if (json.TokenType == JsonTokenType.Null)
                    {
                        any = true;
                        continue;
                    }
                    if (json.TokenType != JsonTokenType.String) return RpcError.InvalidArgument(index, "invalid topic(s)");
                    if (Decode(json.ValueSpan, bytes, "topic") is { } bad) return RpcError.InvalidArgument(index, bad);
                    if (list.Count == max) return RpcError.InvalidParams("exceed max topics per search position");
                    list.Add(new Hash256(bytes));
                }
                if (!any) position = list;
                return null;
            default:
                return RpcError.InvalidArgument(index, "invalid topic(s)");
        }
    }

    private static string? Decode(ReadOnlySpan<byte> text, Span<byte> target, string what)
    {
        if (text.IsEmpty) return HexText.EmptyString;
        if (!HexText.HasPrefix(text)) return HexText.MissingPrefix;
        ReadOnlySpan<byte> digits = text[2..];
        if (!HexText.AllDigits(digits)) return HexText.BadSyntax;
        if ((digits.Length & 1) != 0) return HexText.OddLength;
        if (digits.Length != target.Length * 2)
            return $"hex has invalid length {digits.Length / 2} after decoding; expected {target.Length} for {what}";
        return HexText.TryDecode(digits, target) ? null : HexText.BadSyntax;
    }
}
