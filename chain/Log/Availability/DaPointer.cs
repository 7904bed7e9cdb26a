using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Availability;

/// <summary>Where the bytes of a batch lie. Numbers are part of the format.</summary>
public enum DaTier : byte
{
    Celestia = 1,
    Quorum = 2,
    Emergency = 3,
}

/// <summary>Where an envelope's bytes lie: outside every signed object, so a second copy changes nothing (dataplane 2).</summary>
public abstract record DaPointer
{
    public abstract DaTier Tier { get; }
}

/// <param name="Namespace">29 bytes.</param>
/// <param name="ShareVersion">0; 1 in the forced lane.</param>
/// <param name="Sha256">Of the blob's data, which is the envelope.</param>
public sealed record CelestiaPointer(ulong Height, ReadOnlyMemory<byte> Namespace, byte ShareVersion, Hash256 Commitment, uint DataBytes, Hash256 Sha256) : DaPointer
{
    public const int NamespaceBytes = 29;

    public override DaTier Tier => DaTier.Celestia;

    /// <summary>Whether these bytes are the ones it points to.</summary>
    public bool IsOf(ReadOnlySpan<byte> envelope) => DataBytes == (uint)envelope.Length && Sha256 == new Hash256(SHA256.HashData(envelope));
}

/// <param name="CertificateHash">Of the <see cref="DaCertificate"/>, whose signers keep the bytes.</param>
public sealed record QuorumPointer(Hash256 CertificateHash) : DaPointer
{
    public override DaTier Tier => DaTier.Quorum;
}

/// <param name="OperatorKey">Ed25519.</param>
/// <param name="Signature">64 bytes over <see cref="Message"/>.</param>
/// <param name="Location">Printable ASCII, 1 to 512 characters, such as a URL.</param>
public sealed record EmergencyPointer(Hash256 OperatorKey, ReadOnlyMemory<byte> Signature, Hash256 Sha256, string Location) : DaPointer
{
    public override DaTier Tier => DaTier.Emergency;

    /// <summary>Whether these bytes are the ones it points to.</summary>
    public bool IsOf(ReadOnlySpan<byte> envelope) => Sha256 == new Hash256(SHA256.HashData(envelope));

    /// <summary>What the operator signs: tag | SHA-256 of the envelope | location.</summary>
    public static byte[] Message(in Hash256 sha256, string location) =>
        LogTag.Message(LogDomain.EmergencyCopy, [.. sha256.Span, .. Encoding.ASCII.GetBytes(location)]);

    public bool IsSigned => Ed25519.Verify(Message(Sha256, Location), Signature.Span, OperatorKey.Span);
}
