using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dsdn.Grpc.Server;
using Dsdn.GrpcTestServer;

// Usage: Dsdn.GrpcTestServer [--tls CERTIFICATE.PEM | --mutual FOLDER] [--ping-ms N]. Says "ready PORT" and serves until Stop or the end of standard input.
string? pem = args.SkipWhile(argument => argument != "--tls").Skip(1).FirstOrDefault();
int pingMs = int.Parse(args.SkipWhile(argument => argument != "--ping-ms").Skip(1).FirstOrDefault() ?? "10000", System.Globalization.CultureInfo.InvariantCulture);
X509Certificate2? certificate = pem is null ? null : MakeCertificate(pem);
string? folder = args.SkipWhile(argument => argument != "--mutual").Skip(1).FirstOrDefault();
using MutualTls? mutual = folder is null ? null : new MutualTls(folder);
var echo = new EchoService();
await using var server = new GrpcServer(echo.Services(), new GrpcServerOptions
{
    Address = IPAddress.Loopback,
    Tls = mutual is not null ? mutual.Server : certificate is null ? null : () => new SslServerAuthenticationOptions { ServerCertificate = certificate },
    RequestBytesMax = 1024 * 1024,
    ResponseBytesMax = 8 * 1024 * 1024,
    CallsMax = 64,
    KeepAlivePingDelayMs = pingMs,
    KeepAlivePingTimeoutMs = pingMs,
    StopGraceMs = 2_000,
});
await server.StartAsync();
Console.WriteLine($"ready {server.Port}");
await Task.WhenAny(echo.Stopped, Task.Run(() => Console.In.ReadToEnd()));
await server.StopAsync();
Console.WriteLine("stopped");

static X509Certificate2 MakeCertificate(string pem)
{
    using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
    var names = new SubjectAlternativeNameBuilder();
    names.AddDnsName("localhost");
    request.CertificateExtensions.Add(names.Build());
    X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddHours(1));
    File.WriteAllText(pem, made.ExportCertificatePem());
    return made;
}
