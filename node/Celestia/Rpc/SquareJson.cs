using System.Text.Json;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;

namespace Dsdn.Celestia.Rpc;

/// <summary>Which half of an extended row is handed over; the other follows from it.</summary>
public enum RowSide : byte
{
    Left,
    Right,
    Both,
}

/// <summary>The forms of share.GetEDS {data_square, codec}, share.GetRow {shares, side} and share.GetRange {Shares, Proof}.</summary>
public static class SquareJson
{
    private const string Codec = "Leopard";
    private const int ExtendedWidthMax = 2 * DaLimits.SquareWidthMax;

    /// <summary>A whole extended square. Refused unless its parity is that of its data.</summary>
    public static DaVerdict TryReadSquare(JsonElement element, out ExtendedSquare? square)
    {
        square = null;
        DaVerdict verdict = DaJson.Read(
            element,
            view =>
            {
                if (!view["codec"].IsNull && view["codec"].Text(32) != Codec) view.Fault.Set("another codec than Leopard");
                return NamespaceDataJson.ReadShares(view["data_square"], ExtendedWidthMax * ExtendedWidthMax);
            },
            out byte[]? shares);
        return shares is null ? verdict : ExtendedSquare.TryCreate(shares, out square);
    }

    public static void Write(Utf8JsonWriter json, ExtendedSquare square)
    {
        json.WriteStartObject();
        NamespaceDataJson.WriteShares(json, "data_square", square.Shares.Span);
        json.WriteString("codec", Codec);
        json.WriteEndObject();
    }

    /// <param name="shares">Of the side: as many as the original row has, or twice as many for both.</param>
    public static DaVerdict TryReadRow(JsonElement element, out byte[]? shares, out RowSide side)
    {
        RowSide read = RowSide.Left;
        DaVerdict verdict = DaJson.Read(
            element,
            view =>
            {
                string text = view["side"].Text(8);
                read = text switch { "LEFT" => RowSide.Left, "RIGHT" => RowSide.Right, _ => RowSide.Both };
                if (read == RowSide.Both && text != "BOTH") view.Fault.Set("not a side");
                return NamespaceDataJson.ReadShares(view["shares"], ExtendedWidthMax);
            },
            out shares);
        side = read;
        return verdict;
    }

    /// <summary>The left half of a row.</summary>
    public static void WriteRow(Utf8JsonWriter json, ExtendedSquare square, int row)
    {
        json.WriteStartObject();
        NamespaceDataJson.WriteShares(json, "shares", square.Shares.Span.Slice(row * square.ExtendedWidth * ShareFormat.Bytes, square.Width * ShareFormat.Bytes));
        json.WriteString("side", "LEFT");
        json.WriteEndObject();
    }

    public static void WriteRange(Utf8JsonWriter json, ShareProof proof)
    {
        json.WriteStartObject();
        NamespaceDataJson.WriteShares(json, "Shares", proof.Shares.Span);
        json.WritePropertyName("Proof");
        ProofJson.Write(json, proof);
        json.WriteEndObject();
    }
}
