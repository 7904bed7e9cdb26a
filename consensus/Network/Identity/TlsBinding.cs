using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Network.Identity;

/// <summary>
/// The X.509 extension that binds a TLS key to a node key (chain-decisions 1.14). Content, in an OCTET STRING: version 1 | role |
/// chain id (8, big-endian) | genesis hash | not after (8, Unix seconds) | node key | signature. The node key signs
/// <c>DSDN/tls/1</c> | chain id | genesis hash | SHA-256 of the SPKI | role | not after.
/// </summary>
public sealed record TlsBinding(TlsRole Role, ChainIdentity Chain, ulong NotAfterSeconds, PeerId Node)
{
    /// <summary>Under 2.25, the arc of UUIDs, which needs no registration.</summary>
    public const string ExtensionOid = "2.25.159034811932650725437201174856293614581";

    public const int ValidSecondsMax = 30 * 24 * 60 * 60;

    /// <summary>How far clocks may differ.</summary>
    public const int ClockSkewSeconds = 600;

    private const byte Version = 1;
    private const int UnsignedBytes = 1 + 1 + 8 + Hash256.Size + 8 + Ed25519.PublicKeySize;
    private const int ContentBytes = UnsignedBytes + Ed25519.SignatureSize;
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <param name="tlsKey">The key that the certificate will have.</param>
    internal static X509Extension Issue(NodeIdentity identity, TlsBinding binding, ECDsa tlsKey)
    {
        byte[] content = new byte[ContentBytes];
        content[0] = Version;
        content[1] = (byte)binding.Role;
        BinaryPrimitives.WriteUInt64BigEndian(content.AsSpan(2), binding.Chain.ChainId);
        binding.Chain.GenesisHash.CopyTo(content.AsSpan(10));
        BinaryPrimitives.WriteUInt64BigEndian(content.AsSpan(42), binding.NotAfterSeconds);
        binding.Node.Key.CopyTo(content.AsSpan(50));
        identity.Sign(SignBytes(binding, tlsKey.ExportSubjectPublicKeyInfo())).CopyTo(content.AsSpan(UnsignedBytes));
        AsnWriter writer = new(AsnEncodingRules.DER);
        writer.WriteOctetString(content);
        return new X509Extension(ExtensionOid, writer.Encode(), critical: false);
    }

    /// <summary>Everything that can be said of a certificate by itself; whose it should be is for the caller.</summary>
    /// <param name="binding">What it says; also where a check failed after it could be read, so that the refusal can name the peer.</param>
    public static BindingError Verify(X509Certificate2? certificate, ChainIdentity chain, TlsRole role, DateTimeOffset now, out TlsBinding? binding)
    {
        binding = null;
        if (certificate?.Extensions[ExtensionOid] is not { } extension) return BindingError.Missing;
        if (!TryRead(extension.RawData, out binding, out byte[] signature)) return BindingError.Malformed;
        if (certificate.PublicKey.Oid.Value != "1.2.840.10045.2.1" || !IsP256(certificate.PublicKey)) return BindingError.Malformed;
        if (binding.Chain.ChainId != chain.ChainId) return BindingError.WrongChain;
        if (binding.Chain.GenesisHash != chain.GenesisHash) return BindingError.WrongGenesis;
        if (binding.Role != role) return BindingError.WrongRole;
        ulong seconds = (ulong)Math.Max(now.ToUnixTimeSeconds(), 0);
        if (binding.NotAfterSeconds < seconds) return BindingError.Expired;
        if (binding.NotAfterSeconds - seconds > ValidSecondsMax + ClockSkewSeconds) return BindingError.TooLong;
        byte[] spki = certificate.PublicKey.ExportSubjectPublicKeyInfo();
        return Ed25519.Verify(SignBytes(binding, spki), signature, binding.Node.Key.Span) ? BindingError.None : BindingError.NotSigned;
    }

    private static bool TryRead(byte[] encoded, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TlsBinding? binding, out byte[] signature)
    {
        binding = null;
        signature = [];
        byte[] content;
        try
        {
            AsnReader reader = new(encoded, AsnEncodingRules.DER);
            content = reader.ReadOctetString();
            reader.ThrowIfNotEmpty();
        }
        catch (AsnContentException)
        {
            return false;
        }
        if (content.Length != ContentBytes || content[0] != Version || !Enum.IsDefined((TlsRole)content[1])) return false;
        ReadOnlySpan<byte> span = content;
        binding = new TlsBinding(
            (TlsRole)content[1],
            new ChainIdentity(BinaryPrimitives.ReadUInt64BigEndian(span[2..]), new Hash256(span.Slice(10, Hash256.Size))),
            BinaryPrimitives.ReadUInt64BigEndian(span[42..]),
            new PeerId(new Hash256(span.Slice(50, Hash256.Size))));
        signature = content[UnsignedBytes..];
        return true;
    }

    private static bool IsP256(PublicKey key)
    {
        try
        {
            return key.EncodedParameters?.RawData is { } parameters && AsnDecoder.ReadObjectIdentifier(parameters, AsnEncodingRules.DER, out _) == P256;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static byte[] SignBytes(TlsBinding binding, ReadOnlySpan<byte> spki)
    {
        Span<byte> numbers = stackalloc byte[17];
        BinaryPrimitives.WriteUInt64BigEndian(numbers, binding.Chain.ChainId);
        numbers[8] = (byte)binding.Role;
        BinaryPrimitives.WriteUInt64BigEndian(numbers[9..], binding.NotAfterSeconds);
        return [.. DomainTag.Of(HashDomain.Tls), .. numbers[..8], .. binding.Chain.GenesisHash.Span, .. SHA256.HashData(spki), .. numbers[8..]];
    }
}
