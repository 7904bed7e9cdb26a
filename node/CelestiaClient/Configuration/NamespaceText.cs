using Dsdn.Celestia;
using Dsdn.Celestia.Namespaces;

namespace Dsdn.CelestiaClient.Configuration;

/// <summary>A namespace as operators write it: 58 hexadecimal digits, 29 bytes.</summary>
public static class NamespaceText
{
    /// <summary>What development networks publish under: the ten bytes "dsdn-devnt".</summary>
    public const string Development = "00000000000000000000000000000000000000" + "6473646e2d6465766e74";

    private const int Digits = 2 * Namespace.Size;

    /// <param name="corrected">Where the text is refused but tells what was meant: the namespace that keeps its last ten bytes; otherwise null.</param>
    public static DaFailure TryParse(string text, out Namespace name, out string? corrected)
    {
        name = default;
        corrected = null;
        ReadOnlySpan<char> digits = text.AsSpan().Trim();
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) digits = digits[2..];
        byte[] bytes = new byte[digits.Length / 2];
        if (digits.Length % 2 != 0 || digits.Length == 0 || digits.Length > Digits || Convert.FromHexString(digits, bytes, out _, out int written) != System.Buffers.OperationStatus.Done || written != bytes.Length)
            return new DaFailure(DaCodes.Namespace, $"a namespace is {Digits} hexadecimal digits");
        if (bytes.Length == Namespace.Size && Namespace.TryDecode(bytes, out name).IsValid && name.IsForBlobs) return DaFailure.None;
        name = default;
        if (Namespace.TryUser(bytes.AsSpan(Math.Max(0, bytes.Length - Namespace.UserIdBytes)), out Namespace meant).IsValid) corrected = meant.ToString();
        string why = bytes.Length != Namespace.Size ? $"{bytes.Length} bytes, a namespace has {Namespace.Size}"
            : bytes[0] != 0 ? $"version {bytes[0]}: blobs are published under version 0 only"
            : bytes.AsSpan(1, Namespace.Size - 1 - Namespace.UserIdBytes).ContainsAnyExcept((byte)0) ? "version 0 has 18 zero bytes behind the version"
            : "it is reserved";
        return new DaFailure(DaCodes.Namespace, why);
    }
}
