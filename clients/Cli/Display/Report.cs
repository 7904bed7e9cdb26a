using System.Globalization;
using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Money;

namespace Dsdn.Cli.Display;

/// <summary>
/// What a command found out, once, for people and for programs: every field has a JSON name and value and a shown text. In
/// JSON amounts are base units as decimal strings, hashes and addresses 0x text, heights and gas numbers.
/// </summary>
public sealed class Report
{
    private readonly List<Entry> _entries = [];

    internal IReadOnlyList<Entry> Entries => _entries;

    /// <summary>A finding that fails the command although it could be reported, such as a doctor's broken check. Default: 0, done.</summary>
    public int ExitCode { get; init; }

    public Report Add(string name, string? value) => Add(name, value is null ? null : JsonValue.Create(value), value ?? "-");

    public Report Add(string name, ulong value) => Add(name, JsonValue.Create(value), value.ToString(CultureInfo.InvariantCulture));

    public Report Add(string name, bool value) => Add(name, JsonValue.Create(value), value ? "true" : "false");

    public Report Add(string name, Address value) => Add(name, Checksum(value));

    public Report Add(string name, Hash256 value) => Add(name, value.ToString());

    public Report Add(string name, Amount value) => Add(name, JsonValue.Create(value.ToString()), NusaText.Show(value));

    public Report Add(string name, JsonNode? value, string shown)
    {
        _entries.Add(new Entry.Field(name, value, shown));
        return this;
    }

    /// <summary>A table; its JSON is an array of objects.</summary>
    public Report AddTable(string name, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        _entries.Add(new Entry.Table(name, columns, rows));
        return this;
    }

    /// <summary>A sentence for people only.</summary>
    public Report Say(string sentence)
    {
        _entries.Add(new Entry.Sentence(sentence));
        return this;
    }

    /// <summary>Text that is the whole output, such as a completion script; in JSON a field of that name.</summary>
    public Report AddRaw(string name, string text)
    {
        _entries.Add(new Entry.Raw(name, text));
        return this;
    }

    public static string Checksum(Address address) => Dsdn.Sdk.Accounts.AddressText.Checksum(address);

    internal abstract record Entry
    {
        public sealed record Field(string Name, JsonNode? Value, string Shown) : Entry;

        public sealed record Table(string Name, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<Cell>> Rows) : Entry;

        public sealed record Sentence(string Text) : Entry;

        public sealed record Raw(string Name, string Text) : Entry;
    }
}
