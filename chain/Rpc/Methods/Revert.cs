using System.Numerics;
using System.Text;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>A reverted call as geth reports it: code 3, the reason in the text where there is one, the data as hex.</summary>
internal static class Revert
{
    private const int WordBytes = 32;
    private const int ReasonBytesMax = 1_024;

    public static RpcError Error(ReadOnlyMemory<byte> data)
    {
        string? reason = Reason(data.Span);
        string message = reason is null ? "execution reverted" : "execution reverted: " + reason;
        return new RpcError(RpcError.RevertedCode, message, Hex.Encode(data.Span));
    }

    /// <summary>The text of Error(string) or the name of Panic(uint256); null for anything else.</summary>
    private static string? Reason(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> errorSelector = [0x08, 0xc3, 0x79, 0xa0], panicSelector = [0x4e, 0x48, 0x7b, 0x71];
        if (data.StartsWith(errorSelector)) return Text(data[4..]);
        if (data.StartsWith(panicSelector) && data.Length >= 4 + WordBytes) return Panic(new BigInteger(data.Slice(4, WordBytes), isUnsigned: true, isBigEndian: true));
        return null;
    }

    private static string? Text(ReadOnlySpan<byte> data)
    {
        if (data.Length < 2 * WordBytes) return null;
        var offset = new BigInteger(data[..WordBytes], isUnsigned: true, isBigEndian: true);
        if (offset > data.Length - WordBytes) return null;
        ReadOnlySpan<byte> at = data[(int)offset..];
        var length = new BigInteger(at[..WordBytes], isUnsigned: true, isBigEndian: true);
        if (length > at.Length - WordBytes) return null;
        ReadOnlySpan<byte> text = at.Slice(WordBytes, (int)length);
        return Encoding.UTF8.GetString(text[..Math.Min(text.Length, ReasonBytesMax)]);
    }

    private static string Panic(BigInteger code) => code.ToString(System.Globalization.CultureInfo.InvariantCulture) switch
    {
        "1" => "assert(false)",
        "17" => "arithmetic underflow or overflow",
        "18" => "division or modulo by zero",
        "50" => "out-of-bounds array access; popping on an empty array",
        var other => "unknown panic code: " + other,
    };
}
