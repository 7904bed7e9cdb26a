using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Dsdn.Genesis.Reading;

/// <summary>Reads JSON into nodes that know their line. Strict: no comments, no trailing commas, no member twice.</summary>
internal ref struct SpecParser
{
    private const int DepthMax = 16;

    private readonly ReadOnlySpan<byte> _json;
    private readonly List<GenesisError> _errors;
    private Utf8JsonReader _reader;
    private int _countedTo;
    private int _line;

    private SpecParser(ReadOnlySpan<byte> json, List<GenesisError> errors)
    {
        _json = json;
        _errors = errors;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DepthMax });
        _line = 1;
    }

    /// <summary>Null, and an error, where it is no JSON.</summary>
    public static SpecNode? Parse(ReadOnlySpan<byte> json, List<GenesisError> errors)
    {
        if (!Utf8.IsValid(json))
        {
            errors.Add(new GenesisError(1, "", GenesisCodes.Json, "not UTF-8 text"));
            return null;
        }
        try
        {
            var parser = new SpecParser(json, errors);
            parser._reader.Read();
            SpecNode root = parser.Value("");
            parser._reader.Read(); // anything behind the value is an error of the reader
            return root;
        }
        catch (JsonException problem)
        {
            errors.Add(new GenesisError((int)(problem.LineNumber ?? 0) + 1, "", GenesisCodes.Json, "not JSON"));
            return null;
        }
    }

    private SpecNode Value(string pointer)
    {
        int line = LineOfToken();
        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => Object(line, pointer),
            JsonTokenType.StartArray => List(line, pointer),
            JsonTokenType.String => Leaf(SpecNodeKind.Text, line, pointer, Unescaped()),
            JsonTokenType.Number => Leaf(SpecNodeKind.Number, line, pointer, Encoding.UTF8.GetString(_reader.ValueSpan)),
            JsonTokenType.True or JsonTokenType.False => Leaf(SpecNodeKind.Flag, line, pointer, ""),
            _ => Leaf(SpecNodeKind.Null, line, pointer, ""),
        };
    }

    private SpecNode Object(int line, string pointer)
    {
        List<string> names = [];
        List<SpecNode> values = [];
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            string name = Unescaped();
            int nameLine = LineOfToken();
            string below = $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            _reader.Read();
            SpecNode value = Value(below);
            if (names.Contains(name, StringComparer.Ordinal)) _errors.Add(new GenesisError(nameLine, below, GenesisCodes.Duplicate, "this member appears twice"));
            names.Add(name);
            values.Add(value);
        }
        return new SpecNode(SpecNodeKind.Object, line, pointer, "", names, values);
    }

    private SpecNode List(int line, string pointer)
    {
        List<SpecNode> items = [];
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
            items.Add(Value(string.Create(CultureInfo.InvariantCulture, $"{pointer}/{items.Count}")));
        return new SpecNode(SpecNodeKind.List, line, pointer, "", [], items);
    }

    private static SpecNode Leaf(SpecNodeKind kind, int line, string pointer, string text) => new(kind, line, pointer, text, [], []);

    /// <summary>A string with escapes is kept as written: no value of a spec needs one, so it will be refused for what it holds.</summary>
    private readonly string Unescaped() => Encoding.UTF8.GetString(_reader.ValueSpan);

    private int LineOfToken()
    {
        int start = (int)_reader.TokenStartIndex;
        _line += _json[_countedTo..start].Count((byte)'\n');
        _countedTo = start;
        return _line;
    }
}
