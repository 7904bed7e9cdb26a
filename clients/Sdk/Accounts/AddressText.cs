using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Accounts;

/// <summary>Addresses as people write them: mixed case is a checksum (EIP-55) and must be right.</summary>
public static class AddressText
{
    /// <exception cref="DsdnException"><see cref="ErrorCodes.AddressSyntax"/> or <see cref="ErrorCodes.AddressChecksum"/></exception>
    public static Address Parse(string text)
    {
        if (!Address.TryParse(text, out Address address)) throw new DsdnException(NotAnAddress(text));
        return Eip55.TryParseLenient(text, out _) ? address : throw new DsdnException(ErrorCodes.AddressChecksum, ErrorClass.Usage, text, Eip55.Format(address));
    }

    public static string Checksum(Address address) => Eip55.Format(address);

    public static ClientError NotAnAddress(string text) => ClientError.Of(ErrorCodes.AddressSyntax, ErrorClass.Usage, Shortened(text));

    /// <summary>What looks like a private key is never repeated.</summary>
    private static string Shortened(string text) => text.Length <= 2 + (2 * Address.Size) ? text : text[..10] + "...";
}
