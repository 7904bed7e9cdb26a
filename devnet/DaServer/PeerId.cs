using System.Numerics;
using System.Text;

namespace Dsdn.DaServer;

/// <summary>The name of a libp2p peer with an Ed25519 key: base58 over the identity multihash of the key's protobuf ("12D3KooW...").</summary>
internal static class PeerId
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <param name="publicKey">32 bytes.</param>
    public static string Of(ReadOnlySpan<byte> publicKey)
    {
        // Multihash: identity, 36 bytes; PublicKey {type = 1: Ed25519, data = 2: 32 bytes}.
        ReadOnlySpan<byte> head = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];
        BigInteger number = new((byte[])[.. head, .. publicKey], isUnsigned: true, isBigEndian: true);
        StringBuilder text = new();
        for (; number > 0; number /= Alphabet.Length) text.Insert(0, Alphabet[(int)(number % Alphabet.Length)]);
        return text.Insert(0, Alphabet[0]).ToString(); // one leading zero byte
    }
}
