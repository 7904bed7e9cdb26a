using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dsdn.Consensus.Network.Identity;

/// <summary>
/// The TLS certificates of this node: a fresh P-256 key, self-signed, bound to the node key. A new one is made when two thirds of
/// its life are over, so the TLS key never touches the disk and a restart changes it. Storage nodes, whose key stands on the chain,
/// keep one (<see cref="TlsKey"/>): then only the certificate is renewed.
/// </summary>
public sealed class NodeCertificates : IDisposable
{
    public const int LifeSeconds = 28 * 24 * 60 * 60;

    private const int RenewBeforeSeconds = LifeSeconds / 3;

    private readonly Lock _lock = new();
    private readonly NodeIdentity _identity;
    private readonly ChainIdentity _chain;
    private readonly TlsRole _role;
    private readonly TimeProvider _clock;
    private readonly TlsKey? _fixedKey;
    private SslStreamCertificateContext? _context;
    private DateTimeOffset _renewAt;

    /// <param name="fixedKey">Belongs to the caller; null: a fresh one for each certificate.</param>
    public NodeCertificates(NodeIdentity identity, ChainIdentity chain, TlsRole role, TimeProvider clock, TlsKey? fixedKey = null) =>
        (_identity, _chain, _role, _clock, _fixedKey) = (identity, chain, role, clock, fixedKey);

    /// <summary>For either end of a TLS connection.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_lock)
            {
                DateTimeOffset now = _clock.GetUtcNow();
                if (_context is not null && now < _renewAt) return _context;
                // The old one is left to the garbage collector: handshakes may still be using it.
                _context = SslStreamCertificateContext.Create(Issue(_identity, _chain, _role, now, LifeSeconds, _fixedKey), null, offline: true);
                _renewAt = now.AddSeconds(LifeSeconds - RenewBeforeSeconds);
                return _context;
            }
        }
    }

    /// <summary>TLS 1.3, both certificates, no resumption: every connection shows its binding.</summary>
    /// <param name="check">Says whether the other side's certificate is good; called inside the handshake.</param>
    public SslServerAuthenticationOptions Server(Func<X509Certificate2?, bool> check) => new()
    {
        ServerCertificateContext = Current,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        AllowTlsResume = false,
        AllowRenegotiation = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = ChainPolicy(),
        RemoteCertificateValidationCallback = (_, certificate, _, _) => check(certificate as X509Certificate2),
    };

    /// <inheritdoc cref="Server"/>
    public SslClientAuthenticationOptions Client(Func<X509Certificate2?, bool> check) => new()
    {
        ClientCertificateContext = Current,
        TargetHost = "dsdn",
        EnabledSslProtocols = SslProtocols.Tls13,
        AllowTlsResume = false,
        AllowRenegotiation = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = ChainPolicy(),
        RemoteCertificateValidationCallback = (_, certificate, _, _) => check(certificate as X509Certificate2),
    };

    public void Dispose()
    {
        lock (_lock)
        {
            _context?.TargetCertificate.Dispose();
            _context = null;
        }
    }

    internal static X509Certificate2 Issue(NodeIdentity identity, ChainIdentity chain, TlsRole role, DateTimeOffset now, int lifeSeconds, TlsKey? fixedKey = null)
    {
        using ECDsa key = fixedKey?.Open() ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset notAfter = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() + lifeSeconds);
        TlsBinding binding = new(role, chain, (ulong)notAfter.ToUnixTimeSeconds(), identity.Id);
        var request = new CertificateRequest($"CN={Convert.ToHexStringLower(identity.Id.Key.Span)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(TlsBinding.Issue(identity, binding, key));
        DateTimeOffset notBefore = (now < notAfter ? now : notAfter).AddSeconds(-TlsBinding.ClockSkewSeconds);
        return request.CreateSelfSigned(notBefore, notAfter);
    }

    /// <summary>The chain says nothing here, and building it must fetch nothing.</summary>
    private static X509ChainPolicy ChainPolicy() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };
}
