using System.Globalization;
using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Wallet;

/// <summary>
/// Messages that a person signs, EIP-191 version 0x45 (<c>personal_sign</c>). A signature is r | s | v, 65 bytes, v 27 or 28.
/// </summary>
public static class PersonalMessage
{
    public const int SignatureSize = 65;

    private const byte VOfEvenParity = 27;

    /// <summary>Keccak-256 of 0x19 "Ethereum Signed Message:" LF, the length in decimal, the message.</summary>
    public static Hash256 Hash(ReadOnlySpan<byte> message)
    {
        byte[] prefix = Encoding.ASCII.GetBytes("\u0019Ethereum Signed Message:\n" + message.Length.ToString(CultureInfo.InvariantCulture));
        return Keccak.Hash(prefix, message);
    }

    /// <summary>Signs a digest (of a message, or of typed data) into 65 bytes; false for an invalid private key.</summary>
    public static bool TrySign(in Hash256 digest, ReadOnlySpan<byte> privateKey, Span<byte> signature)
    {
        if (signature.Length < SignatureSize || !Secp256k1.TrySign(digest, privateKey, signature, out byte parity)) return false;
        signature[SignatureSize - 1] = (byte)(VOfEvenParity + parity);
        return true;
    }

    /// <summary>The signer of a digest; v may be 27, 28, 0 or 1, a high s is refused.</summary>
    public static bool TryRecover(in Hash256 digest, ReadOnlySpan<byte> signature, out Address signer)
    {
        signer = default;
        if (signature.Length != SignatureSize || !Secp256k1.IsLowS(signature[..Secp256k1.SignatureSize])) return false;
        byte v = signature[SignatureSize - 1];
        int parity = v >= VOfEvenParity ? v - VOfEvenParity : v;
        return parity <= 1 && Secp256k1.TryRecover(digest, signature[..Secp256k1.SignatureSize], (byte)parity, out signer);
    }
}
