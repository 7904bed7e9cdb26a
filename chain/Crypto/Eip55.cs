using System.Text;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Crypto;

/// <summary>The mixed-case checksum of addresses, EIP-55.</summary>
public static class Eip55
{
    private const int TextLength = 2 + (2 * Address.Size);

    /// <summary>0x and 40 digits; a letter is upper case where the digest of the lower-case digits has a high nibble.</summary>
    public static string Format(Address address)
    {
        Span<char> text = stackalloc char[TextLength];
        address.ToString().CopyTo(text);
        Span<byte> digits = stackalloc byte[2 * Address.Size];
        Encoding.ASCII.GetBytes(text[2..], digits);
        Hash256 digest = Keccak.Hash(digits);
        for (int i = 0; i < digits.Length; i++)
        {
            int nibble = (i & 1) == 0 ? digest.Span[i / 2] >> 4 : digest.Span[i / 2] & 0x0f;
            if (nibble >= 8 && text[2 + i] >= 'a') text[2 + i] = (char)(text[2 + i] - 'a' + 'A');
        }
        return new string(text);
    }

    /// <summary>Accepts the checksummed form only.</summary>
    public static bool TryParse(string? text, out Address address)
    {
        if (Address.TryParse(text, out address) && string.Equals(Format(address), text, StringComparison.Ordinal)) return true;
        address = default;
        return false;
    }

    /// <summary>
    /// For what people type: all lower or all upper case carries no checksum and is accepted, mixed case must be right.
    /// </summary>
    public static bool TryParseLenient(string? text, out Address address)
    {
        if (!Address.TryParse(text, out address)) return false;
        ReadOnlySpan<char> digits = text.AsSpan(2);
        bool mixed = digits.ContainsAnyInRange('a', 'f') && digits.ContainsAnyInRange('A', 'F');
        if (!mixed || TryParse(text, out address)) return true;
        address = default;
        return false;
    }
}
