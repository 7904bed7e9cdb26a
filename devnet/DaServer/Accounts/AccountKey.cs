using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.DaServer.Accounts;

/// <summary>A key of the node's keyring: secp256k1, as accounts of Celestia have it.</summary>
internal sealed class AccountKey
{
    public const int SeedBytes = Secp256k1.PrivateKeySize;
    public const string AddressPrefix = "celestia";

    private readonly byte[] _privateKey;

    public AccountKey(string name, byte[] privateKey)
    {
        (Name, _privateKey) = (name, privateKey);
        byte[] publicKey = new byte[Secp256k1.CompressedPublicKeySize];
        if (!Secp256k1.TryCompressedPublicKey(privateKey, publicKey)) throw new DaServerException($"the key of account {name} is none", isIntegrity: true);
        PublicKey = publicKey;
        AddressBytes = new byte[Ripemd160.Size];
        Ripemd160.Hash(SHA256.HashData(publicKey), AddressBytes);
        Address = Bech32.Encode(AddressPrefix, AddressBytes);
    }

    public string Name { get; }

    /// <summary>33 bytes, SEC 1.</summary>
    public byte[] PublicKey { get; }

    /// <summary>20 bytes: RIPEMD-160 over SHA-256 of the public key.</summary>
    public byte[] AddressBytes { get; }

    /// <summary>"celestia1...".</summary>
    public string Address { get; }

    /// <summary>r | s, 64 bytes, low s, over the SHA-256 of the message.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        byte[] signature = new byte[Secp256k1.SignatureSize];
        if (!Secp256k1.TrySign(new Hash256(SHA256.HashData(message)), _privateKey, signature, out _)) throw new CryptographicException("not signed");
        return signature;
    }

    public static byte[] NewPrivateKey()
    {
        byte[] key = RandomNumberGenerator.GetBytes(SeedBytes);
        while (!Secp256k1.IsValidPrivateKey(key)) key = RandomNumberGenerator.GetBytes(SeedBytes);
        return key;
    }
}
