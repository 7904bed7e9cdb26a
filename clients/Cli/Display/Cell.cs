using System.Globalization;
using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Money;

namespace Dsdn.Cli.Display;

/// <summary>One value of a table: what programs read and what people see.</summary>
public readonly record struct Cell(JsonNode? Value, string Shown)
{
    /// <summary>A dash where there is nothing, also in a cell that was never made.</summary>
    public string Shown { get => field ?? "-"; init; } = Shown;

    public static implicit operator Cell(string? text) => new(text is null ? null : JsonValue.Create(text), text ?? "-");

    public static implicit operator Cell(ulong number) => new(JsonValue.Create(number), number.ToString(CultureInfo.InvariantCulture));

    public static implicit operator Cell(bool flag) => new(JsonValue.Create(flag), flag ? "true" : "false");

    public static implicit operator Cell(Address address) => Report.Checksum(address);

    public static implicit operator Cell(Amount amount) => new(JsonValue.Create(amount.ToString()), NusaText.Show(amount));
}
