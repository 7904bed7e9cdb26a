using System.Text;

namespace Dsdn.Grpc.Wire;

/// <summary>The header <c>grpc-message</c>: UTF-8, everything but printable ASCII without '%' written as %XX.</summary>
internal static class StatusText
{
    public static string Encode(string text)
    {
        if (text.Length > GrpcStatus.DetailCharsMax) text = text[..GrpcStatus.DetailCharsMax];
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains('%') && !text.StartsWith(' ') && !text.EndsWith(' ')) return text;
        StringBuilder output = new(text.Length + 16);
        byte[] units = Encoding.UTF8.GetBytes(text);
        for (int i = 0; i < units.Length; i++)
        {
            byte unit = units[i];
            // A field of HTTP/2 may not begin or end with a space (RFC 9113 8.2.1).
            bool isPlain = unit is > (byte)' ' and <= (byte)'~' and not (byte)'%' || (unit == ' ' && i > 0 && i < units.Length - 1);
            if (isPlain) output.Append((char)unit);
            else output.Append('%').Append("0123456789ABCDEF"[unit >> 4]).Append("0123456789ABCDEF"[unit & 15]);
        }
        return output.ToString();
    }

    /// <summary>Never fails: what is not an escape is taken as it stands, as the protocol asks.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%')) return text;
        List<byte> output = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                output.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                output.Add((byte)text[i]);
            }
        }
        return Encoding.UTF8.GetString([.. output]);
    }
}
