using System.Text.Json;

namespace Dsdn.Bench;

/// <summary>One measured figure; printed as one JSON line. The peer, where there is one, was measured in the same run.</summary>
public sealed record Figure(string Name, double Value, string Unit, string? Peer = null, double? PeerValue = null, string? Note = null)
{
    public double? Ratio => PeerValue is > 0 ? Value / PeerValue : null;

    public void Print(TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("name", Name);
            json.WriteNumber("value", Math.Round(Value, 3));
            json.WriteString("unit", Unit);
            if (Peer is not null) json.WriteString("peer", Peer);
            if (PeerValue is double peerValue) json.WriteNumber("peerValue", Math.Round(peerValue, 3));
            if (Ratio is double ratio) json.WriteNumber("ratio", Math.Round(ratio, 3));
            if (Note is not null) json.WriteString("note", Note);
            json.WriteEndObject();
        }
        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
        output.Flush();
    }
}
