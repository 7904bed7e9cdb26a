using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Dsdn.Chain.Rpc.Json;

internal enum BodyKind
{
    /// <summary>Not JSON, too deep, or not UTF-8.</summary>
    Malformed,
    Single,
    Batch,
    BatchTooLarge,
}

/// <summary>Splits a body into calls in one pass over its bytes.</summary>
internal static class CallParser
{
    /// <param name="calls">Cleared, then filled in order; a batch that is too large leaves its first call.</param>
    public static BodyKind Parse(ReadOnlySpan<byte> body, List<RpcCall> calls, RpcOptions options)
    {
        calls.Clear();
        if (!Utf8.IsValid(body)) return BodyKind.Malformed;
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = options.JsonDepthMax });
            if (!reader.Read()) return BodyKind.Malformed;
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                calls.Add(ParseCall(ref reader));
                return reader.Read() ? BodyKind.Malformed : BodyKind.Single;
            }
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (calls.Count == options.BatchCallsMax) return BodyKind.BatchTooLarge;
                calls.Add(ParseCall(ref reader));
            }
            return reader.Read() ? BodyKind.Malformed : BodyKind.Batch;
        }
        catch (JsonException)
        {
            return BodyKind.Malformed;
        }
    }

    private static RpcCall ParseCall(ref Utf8JsonReader reader)
    {
        RpcCall call = default;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            call.Error = RpcError.InvalidRequest;
            return call;
        }
        bool hasVersion = false, hasMethod = false, badId = false;
        RpcError? badParams = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("jsonrpc"u8))
            {
                reader.Read();
                hasVersion = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("2.0"u8);
                reader.Skip();
            }
            else if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                badId = !IsId(ref reader);
                call.IdStart = (int)reader.TokenStartIndex;
                reader.Skip();
                call.IdLength = (int)reader.BytesConsumed - call.IdStart;
            }
            else if (reader.ValueTextEquals("method"u8))
            {
                reader.Read();
                hasMethod = ReadMethod(ref reader, ref call);
            }
            else if (reader.ValueTextEquals("params"u8))
            {
                reader.Read();
                badParams = ReadParams(ref reader, ref call);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        if (badId)
        {
            call.IdLength = 0;
            call.Error = RpcError.InvalidRequest;
        }
        else if (!hasVersion || !hasMethod)
        {
            call.Error = RpcError.InvalidRequest;
        }
        else if (call.IdLength != 0)
        {
            call.Error = badParams;
        }
        return call;
    }

    private static bool ReadMethod(ref Utf8JsonReader reader, ref RpcCall call)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return false;
        }
        call.MethodStart = (int)reader.TokenStartIndex + 1;
        call.MethodLength = reader.ValueSpan.Length;
        try
        {
            call.UnescapedMethod = reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString() ?? "") : null;
        }
        catch (InvalidOperationException)
        {
            return false; // an escape that names half a surrogate pair
        }
        return call.MethodLength > 0;
    }

    private static RpcError? ReadParams(ref Utf8JsonReader reader, ref RpcCall call)
    {
        call.ParamsLength = 0;
        if (reader.TokenType == JsonTokenType.Null) return null;
        bool isArray = reader.TokenType == JsonTokenType.StartArray;
        call.ParamsStart = (int)reader.TokenStartIndex;
        reader.Skip();
        if (!isArray) return RpcError.NonArrayArguments;
        call.ParamsLength = (int)reader.BytesConsumed - call.ParamsStart;
        return null;
    }

    /// <summary>A string, null, or an integer that 64 bits hold: what every client can compare exactly.</summary>
    private static bool IsId(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String or JsonTokenType.Null => true,
        JsonTokenType.Number => reader.TryGetInt64(out _) || reader.TryGetUInt64(out _),
        _ => false,
    };
}
