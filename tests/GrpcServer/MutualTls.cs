using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;

namespace Dsdn.GrpcTestServer;

/// <summary>
/// A server as nodes are: with a certificate bound to its node key, for clients with such a certificate. Writes what an outside
/// client needs into a folder: server.pem to trust, and pairs of NAME.pem and NAME.key, of which only "good" is one that is served.
/// </summary>
internal sealed class MutualTls : IDisposable
{
    private static readonly ChainIdentity Chain = new(17_847, new Hash256([.. Enumerable.Repeat((byte)7, Hash256.Size)]));

    private readonly NodeIdentity _identity = NodeIdentity.Create();
    private readonly NodeCertificates _certificates;

    public MutualTls(string folder)
    {
        _certificates = new NodeCertificates(_identity, Chain, TlsRole.Service, TimeProvider.System);
        File.WriteAllText(Path.Combine(folder, "server.pem"), _certificates.Current.TargetCertificate.ExportCertificatePem());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using NodeIdentity client = NodeIdentity.Create();
        Write(folder, "good", NodeCertificates.Issue(client, Chain, TlsRole.Service, now, 3600));
        Write(folder, "expired", NodeCertificates.Issue(client, Chain, TlsRole.Service, now.AddHours(-2), 3600));
        Write(folder, "other-chain", NodeCertificates.Issue(client, Chain with { ChainId = 1 }, TlsRole.Service, now, 3600));
        Write(folder, "other-role", NodeCertificates.Issue(client, Chain, TlsRole.Peer, now, 3600));
        Write(folder, "stranger", Unbound(now));
    }

    public SslServerAuthenticationOptions Server() => _certificates.Server(static certificate =>
        TlsBinding.Verify(certificate, Chain, TlsRole.Service, TimeProvider.System.GetUtcNow(), out _) == BindingError.None);

    public void Dispose()
    {
        _certificates.Dispose();
        _identity.Dispose();
    }

    private static X509Certificate2 Unbound(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=stranger", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddMinutes(-5), now.AddHours(1));
    }

    private static void Write(string folder, string name, X509Certificate2 certificate)
    {
        using (certificate)
        using (ECDsa? key = certificate.GetECDsaPrivateKey())
        {
            File.WriteAllText(Path.Combine(folder, name + ".pem"), certificate.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, name + ".key"), key?.ExportPkcs8PrivateKeyPem());
        }
    }
}
