using System.Globalization;
using System.Text.Json;

namespace Dsdn.Celestia.Rpc;

/// <summary>The first thing that was wrong with a text; later ones do not replace it.</summary>
internal sealed class JsonFault
{
    public string? What { get; private set; }

    public void Set(string what) => What ??= what;
}

/// <summary>
/// A value of a JSON text, read by what it should be. What is not so sets the fault and reads as empty, so that a form is read in one
/// go and judged once at its end. 64-bit numbers may be numbers or texts.
/// </summary>
internal readonly struct JsonView(JsonElement element, JsonFault fault)
{
    public JsonElement Element => element;

    public bool IsNull => element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    public JsonFault Fault => fault;

    /// <summary>A member; a missing one is null.</summary>
    public JsonView this[string name]
    {
        get
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                fault.Set($"'{name}' of something that is no object");
                return new JsonView(default, fault);
            }
            return new JsonView(element.TryGetProperty(name, out JsonElement value) ? value : default, fault);
        }
    }

    public ulong UInt64()
    {
        if (element.ValueKind == JsonValueKind.Number && element.TryGetUInt64(out ulong number)) return number;
        if (element.ValueKind == JsonValueKind.String && ulong.TryParse(element.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number)) return number;
        fault.Set($"{Kind()} instead of a whole number");
        return 0;
    }

    public ulong UInt64Or(ulong standard) => IsNull ? standard : UInt64();

    /// <summary>A whole number that Go holds in 64 bits and we in less.</summary>
    public int Int32(int max)
    {
        ulong value = UInt64();
        if (value <= (ulong)max) return (int)value;
        fault.Set($"{value}, at most {max} is possible");
        return 0;
    }

    public int Int32Or(int standard, int max) => IsNull ? standard : Int32(max);

    public bool BooleanOr(bool standard)
    {
        if (IsNull) return standard;
        if (element.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) fault.Set($"{Kind()} instead of true or false");
        return element.ValueKind == JsonValueKind.True;
    }

    public string Text(int charsMax)
    {
        string text = element.ValueKind == JsonValueKind.String ? element.GetString() ?? "" : "";
        if (element.ValueKind != JsonValueKind.String) fault.Set($"{Kind()} instead of a text");
        if (text.Length <= charsMax) return text;
        fault.Set($"a text of {text.Length} characters, at most {charsMax} are possible");
        return "";
    }

    /// <summary>Standard base64 with padding.</summary>
    public byte[] Base64(int bytesMax)
    {
        if (element.ValueKind != JsonValueKind.String || !element.TryGetBytesFromBase64(out byte[]? bytes))
        {
            fault.Set($"{Kind()} that is no base64");
            return [];
        }
        if (bytes.Length <= bytesMax) return bytes;
        fault.Set($"{bytes.Length} bytes, at most {bytesMax} are possible");
        return [];
    }

    public byte[] Base64Or(byte[] standard, int bytesMax) => IsNull ? standard : Base64(bytesMax);

    /// <summary>Hexadecimal digits of either case, without 0x.</summary>
    public byte[] Hex(int bytesMax)
    {
        string text = Text(2 * bytesMax);
        byte[] bytes = new byte[text.Length / 2];
        if (text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out int written) == System.Buffers.OperationStatus.Done && written == bytes.Length) return bytes;
        fault.Set("not hexadecimal");
        return [];
    }

    /// <summary>A list; null is an empty one.</summary>
    public IReadOnlyList<JsonView> Items(int max)
    {
        if (IsNull) return [];
        if (element.ValueKind != JsonValueKind.Array)
        {
            fault.Set($"{Kind()} instead of a list");
            return [];
        }
        if (element.GetArrayLength() > max)
        {
            fault.Set($"a list of {element.GetArrayLength()}, at most {max} are possible");
            return [];
        }
        List<JsonView> items = new(element.GetArrayLength());
        foreach (JsonElement item in element.EnumerateArray()) items.Add(new JsonView(item, fault));
        return items;
    }

    private string Kind() => element.ValueKind switch
    {
        JsonValueKind.Undefined => "nothing",
        JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        _ => "true or false",
    };
}
