using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Wallet;

/// <summary>An extended key of BIP-32 over secp256k1, private or public only. Immutable.</summary>
public sealed class HdKey
{
    private const int EncodedSize = 78;
    private const int SeedBytesMin = 16;
    private const int SeedBytesMax = 64;
    private const uint PrivateVersion = 0x0488ADE4; // xprv
    private const uint PublicVersion = 0x0488B21E; // xpub

    private readonly byte[] _chainCode;
    private readonly byte[]? _privateKey;
    private readonly byte[] _publicKey;

    private HdKey(byte[] chainCode, byte[]? privateKey, byte[] publicKey, byte depth, uint index, uint parentFingerprint)
    {
        (_chainCode, _privateKey, _publicKey) = (chainCode, privateKey, publicKey);
        (Depth, Index, ParentFingerprint) = (depth, index, parentFingerprint);
    }

    public byte Depth { get; }

    public uint Index { get; }

    public uint ParentFingerprint { get; }

    /// <summary>32 bytes.</summary>
    public ReadOnlySpan<byte> ChainCode => _chainCode;

    public bool HasPrivateKey => _privateKey is not null;

    /// <summary>32 bytes; empty for a public-only key.</summary>
    public ReadOnlySpan<byte> PrivateKey => _privateKey;

    /// <summary>33 bytes, compressed.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>The first four bytes of RIPEMD-160(SHA-256(public key)), big-endian.</summary>
    public uint Fingerprint
    {
        get
        {
            Span<byte> sha = stackalloc byte[SHA256.HashSizeInBytes];
            Span<byte> digest = stackalloc byte[Ripemd160.Size];
            SHA256.HashData(_publicKey, sha);
            Ripemd160.Hash(sha, digest);
            return BinaryPrimitives.ReadUInt32BigEndian(digest);
        }
    }

    public Address Address
    {
        get
        {
            Span<byte> key = stackalloc byte[Secp256k1.PublicKeySize];
            if (!Secp256k1.TryDecompress(_publicKey, key)) throw new InvalidOperationException("an extended key holds a valid public key");
            return Secp256k1.AddressOf(key);
        }
    }

    /// <summary>The master key of a seed of 16 to 64 bytes; false for another length, and for the 2^-127 of seeds BIP-32 calls invalid.</summary>
    public static bool TryFromSeed(ReadOnlySpan<byte> seed, [NotNullWhen(true)] out HdKey? master)
    {
        master = null;
        if (seed.Length is < SeedBytesMin or > SeedBytesMax) return false;
        Span<byte> digest = stackalloc byte[HMACSHA512.HashSizeInBytes];
        HMACSHA512.HashData("Bitcoin seed"u8, seed, digest);
        master = FromPrivate(digest[32..], digest[..32], 0, 0, 0);
        return master is not null;
    }

    /// <summary>
    /// One step down. Null when the key is public only and the step is hardened, at depth 255, and for the 2^-127 of steps
    /// that have no key: BIP-32 says to go on with the next index.
    /// </summary>
    public HdKey? Derive(uint index)
    {
        bool hardened = index >= HdPath.Hardened;
        if (Depth == byte.MaxValue || (hardened && _privateKey is null)) return null;
        Span<byte> data = stackalloc byte[37];
        if (hardened)
        {
            data[0] = 0;
            _privateKey.CopyTo(data[1..]);
        }
        else
        {
            _publicKey.CopyTo(data);
        }
        BinaryPrimitives.WriteUInt32BigEndian(data[33..], index);
        Span<byte> digest = stackalloc byte[HMACSHA512.HashSizeInBytes];
        HMACSHA512.HashData(_chainCode, data, digest);
        byte depth = (byte)(Depth + 1);
        if (_privateKey is not null)
        {
            Span<byte> child = stackalloc byte[Secp256k1.PrivateKeySize];
            return Secp256k1.TryAddToPrivateKey(_privateKey, digest[..32], child)
                ? FromPrivate(digest[32..], child, depth, index, Fingerprint)
                : null;
        }
        byte[] childPublic = new byte[Secp256k1.CompressedPublicKeySize];
        return Secp256k1.TryAddToPublicKey(_publicKey, digest[..32], childPublic)
            ? new HdKey(digest[32..].ToArray(), null, childPublic, depth, index, Fingerprint)
            : null;
    }

    /// <summary>All steps of a path; null as in <see cref="Derive(uint)"/>.</summary>
    public HdKey? Derive(HdPath path)
    {
        HdKey? key = this;
        foreach (uint step in path.Steps)
        {
            key = key.Derive(step);
            if (key is null) return null;
        }
        return key;
    }

    /// <summary>The same key without its private part.</summary>
    public HdKey Neuter() => new(_chainCode, null, _publicKey, Depth, Index, ParentFingerprint);

    /// <summary>xprv... for a private key; this text is a secret.</summary>
    public string ToPrivateText() =>
        _privateKey is null ? throw new InvalidOperationException("a public-only key has no private text") : Encode(PrivateVersion, [0, .. _privateKey]);

    /// <summary>xpub...</summary>
    public string ToPublicText() => Encode(PublicVersion, _publicKey);

    /// <summary>Reads xprv or xpub, strictly: checksum, version, key range, and zero parent fields at depth 0.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out HdKey? key)
    {
        key = null;
        if (!Base58Check.TryDecode(text, EncodedSize, out byte[] bytes)) return false;
        uint version = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        byte depth = bytes[4];
        uint parentFingerprint = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5));
        uint index = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(9));
        if (depth == 0 && (parentFingerprint != 0 || index != 0)) return false;
        ReadOnlySpan<byte> chainCode = bytes.AsSpan(13, 32), material = bytes.AsSpan(45);
        if (version == PrivateVersion)
        {
            key = material[0] == 0 ? FromPrivate(chainCode, material[1..], depth, index, parentFingerprint) : null;
        }
        else if (version == PublicVersion)
        {
            Span<byte> point = stackalloc byte[Secp256k1.PublicKeySize];
            if (Secp256k1.TryDecompress(material, point))
                key = new HdKey(chainCode.ToArray(), null, material.ToArray(), depth, index, parentFingerprint);
        }
        return key is not null;
    }

    private static HdKey? FromPrivate(ReadOnlySpan<byte> chainCode, ReadOnlySpan<byte> privateKey, byte depth, uint index, uint parentFingerprint)
    {
        byte[] publicKey = new byte[Secp256k1.CompressedPublicKeySize];
        return Secp256k1.TryCompressedPublicKey(privateKey, publicKey)
            ? new HdKey(chainCode.ToArray(), privateKey.ToArray(), publicKey, depth, index, parentFingerprint)
            : null;
    }

    private string Encode(uint version, ReadOnlySpan<byte> material)
    {
        Span<byte> bytes = stackalloc byte[EncodedSize];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, version);
        bytes[4] = Depth;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[5..], ParentFingerprint);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[9..], Index);
        _chainCode.CopyTo(bytes[13..]);
        material.CopyTo(bytes[45..]);
        return Base58Check.Encode(bytes);
    }
}
