using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

using Dsdn.Cli.Language;

namespace Dsdn.Cli.Display;

/// <summary>Writes a report as one JSON document, as plain aligned text, or with ruled tables on a terminal.</summary>
internal static class ReportWriter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteJson(Report report, TextWriter output)
    {
        var document = new JsonObject();
        foreach (Report.Entry entry in report.Entries)
        {
            switch (entry)
            {
                case Report.Entry.Field field:
                    document[field.Name] = field.Value?.DeepClone();
                    break;
                case Report.Entry.Table table:
                    document[table.Name] = Rows(table);
                    break;
                case Report.Entry.Raw raw:
                    document[raw.Name] = raw.Text;
                    break;
            }
        }
        output.WriteLine(document.ToJsonString(Indented));
    }

    public static void WriteText(Report report, Texts texts, Terminal terminal)
    {
        int width = report.Entries.OfType<Report.Entry.Field>().Select(field => Label(texts, field.Name).Length).DefaultIfEmpty().Max();
        foreach (Report.Entry entry in report.Entries)
        {
            switch (entry)
            {
                case Report.Entry.Field field:
                    terminal.Out.WriteLine($"{Label(texts, field.Name).PadRight(width)}  {field.Shown}");
                    break;
                case Report.Entry.Table table:
                    WriteTable(table, texts, terminal);
                    break;
                case Report.Entry.Sentence sentence:
                    terminal.Out.WriteLine(sentence.Text);
                    break;
                case Report.Entry.Raw raw:
                    terminal.Out.Write(raw.Text);
                    break;
            }
        }
    }

    public static string Serialize(JsonNode node) => node.ToJsonString(Indented);

    private static string Label(Texts texts, string name) => texts["field." + name];

    private static JsonArray Rows(Report.Entry.Table table)
    {
        var rows = new JsonArray();
        foreach (IReadOnlyList<Cell> row in table.Rows)
        {
            var item = new JsonObject();
            for (int i = 0; i < table.Columns.Count; i++) item[table.Columns[i]] = row[i].Value?.DeepClone();
            rows.Add((JsonNode)item);
        }
        return rows;
    }

    private static void WriteTable(Report.Entry.Table table, Texts texts, Terminal terminal)
    {
        if (table.Rows.Count == 0)
        {
            terminal.Out.WriteLine(texts["text.none", texts["field." + table.Name]]);
            return;
        }
        string[] headers = table.Columns.Select(column => Label(texts, column)).ToArray();
        if (terminal.IsRich)
        {
            WriteRuled(table, headers, terminal);
            return;
        }
        int[] widths = headers.Select((header, i) => Math.Max(header.Length, table.Rows.Max(row => row[i].Shown.Length))).ToArray();
        terminal.Out.WriteLine(Line(headers, widths));
        foreach (IReadOnlyList<Cell> row in table.Rows) terminal.Out.WriteLine(Line(row.Select(cell => cell.Shown).ToArray(), widths));
    }

    private static string Line(IReadOnlyList<string> cells, int[] widths) =>
        string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd();

    private static void WriteRuled(Report.Entry.Table table, string[] headers, Terminal terminal)
    {
        var ruled = new Table().Border(TableBorder.Rounded);
        foreach (string header in headers) ruled.AddColumn(new TableColumn(Markup.Escape(header)).NoWrap());
        foreach (IReadOnlyList<Cell> row in table.Rows) ruled.AddRow(row.Select(cell => Markup.Escape(cell.Shown)).ToArray());
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) }).Write(ruled);
    }
}
