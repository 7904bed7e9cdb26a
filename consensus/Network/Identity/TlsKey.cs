using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Network.Identity;

/// <summary>A P-256 key that stays the same over certificates and restarts, because its fingerprint stands on the chain (rulings 18).</summary>
public sealed class TlsKey : IDisposable
{
    private readonly byte[] _pkcs8;

    private TlsKey(byte[] pkcs8, Hash256 fingerprint) => (_pkcs8, Fingerprint) = (pkcs8, fingerprint);

    /// <summary>SHA-256 of the SPKI.</summary>
    public Hash256 Fingerprint { get; }

    /// <summary>PKCS #8, DER, not encrypted: whoever writes it down protects it.</summary>
    public ReadOnlySpan<byte> Pkcs8 => _pkcs8;

    public static TlsKey Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new TlsKey(key.ExportPkcs8PrivateKey(), FingerprintOf(key));
    }

    /// <summary>False: no PKCS #8 of a key on P-256.</summary>
    public static bool TryRead(ReadOnlySpan<byte> pkcs8, [NotNullWhen(true)] out TlsKey? key)
    {
        key = null;
        try
        {
            using var read = ECDsa.Create();
            read.ImportPkcs8PrivateKey(pkcs8, out int bytes);
            if (bytes != pkcs8.Length || read.ExportParameters(false).Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value) return false;
            key = new TlsKey(pkcs8.ToArray(), FingerprintOf(read));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_pkcs8);

    internal ECDsa Open()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(_pkcs8, out _);
        return key;
    }

    private static Hash256 FingerprintOf(ECDsa key) => new(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
}
