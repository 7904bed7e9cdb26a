using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dsdn.Bench.Load;

/// <summary>Debian's nginx serving a folder over TLS, as a peer.</summary>
internal sealed class NginxTls : IDisposable
{
    private readonly Process _process;
    private readonly int _port;
    private readonly string _folder;

    private NginxTls(Process process, int port, string folder) => (_process, _port, _folder) = (process, port, folder);

    /// <summary>Null where it is not installed.</summary>
    public static NginxTls? TryStart(string folder)
    {
        const string program = "/usr/sbin/nginx";
        if (!File.Exists(program)) return null;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(folder, "nginx.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "nginx.key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(folder, "nginx.conf"), string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off; worker_processes 1; pid {{folder}}/nginx.pid; error_log {{folder}}/nginx.log; user root;
            events { worker_connections 64; }
            http { access_log off; sendfile on;
              server { listen 127.0.0.1:{{port}} ssl; ssl_certificate {{folder}}/nginx.crt; ssl_certificate_key {{folder}}/nginx.key; root {{folder}}; } }
            """));
        Process process = Process.Start(new ProcessStartInfo(program, ["-c", Path.Combine(folder, "nginx.conf")])) ?? throw new InvalidOperationException("nginx did not start");
        Thread.Sleep(500);
        return new NginxTls(process, port, folder);
    }

    public Uri Url(string file) => new(string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{_port}/{file}"));

    /// <summary>Takes the certificate that was just made.</summary>
    public HttpMessageHandler Handler() => new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true } };

    /// <summary>MB/s of curl into a file.</summary>
    public double Download(string file)
    {
        string target = Path.Combine(_folder, "nginx.out");
        long started = Stopwatch.GetTimestamp();
        using Process curl = Process.Start(new ProcessStartInfo("curl", ["-sSk", "-o", target, Url(file).ToString()])) ?? throw new InvalidOperationException("curl did not start");
        curl.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        long bytes = new FileInfo(target).Length;
        File.Delete(target);
        return bytes / 1e6 / seconds;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
