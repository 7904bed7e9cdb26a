using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dsdn.Chain.Primitives;
using Dsdn.Reading.Tests.Kit;

namespace Dsdn.Ingress.Tests;

public sealed class HttpsTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task ObjectsAreServedOverTlsWithBothVersions(string version)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using IngressRig rig = await IngressRig.StartAsync(options: IngressRig.Options with { Certificate = certificate });
        byte[] content = ReadRig.Content(2_000_000);
        Hash256 id = rig.Put(content);
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, seen, _, _) => seen?.GetCertHashString() == certificate.GetCertHashString() } });
        var get = new HttpRequestMessage(HttpMethod.Get, rig.UrlOf(id).ToString().Replace("http:", "https:", StringComparison.Ordinal)) { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage response = await http.SendAsync(get);
        Assert.Equal((HttpStatusCode.OK, Version.Parse(version)), (response.StatusCode, response.Version));
        Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
    }
}
