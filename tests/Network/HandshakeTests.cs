using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Addresses;
using Dsdn.Consensus.Network.Identity;

namespace Dsdn.Network.Tests;

/// <summary>Who gets through the TLS handshake, on both ends.</summary>
public sealed class HandshakeTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Fact]
    public void CertificateNamesItsNode()
    {
        using NodeIdentity node = NodeIdentity.Create();
        using X509Certificate2 certificate = NodeCertificates.Issue(node, TestPeer.Chain, TlsRole.Peer, Now, 3600);
        Assert.Equal(BindingError.None, TlsBinding.Verify(certificate, TestPeer.Chain, TlsRole.Peer, Now, out TlsBinding? binding));
        Assert.Equal(node.Id, binding?.Node);
    }

    [Fact]
    public void CertificateOfAnotherChainIsRefusedByName()
    {
        using NodeIdentity node = NodeIdentity.Create();
        using X509Certificate2 certificate = NodeCertificates.Issue(node, TestPeer.Chain, TlsRole.Peer, Now, 3600);
        Assert.Equal(BindingError.WrongChain, Verify(certificate, TestPeer.Chain with { ChainId = 1 }));
        Assert.Equal(BindingError.WrongGenesis, Verify(certificate, TestPeer.Chain with { GenesisHash = Hash256.Zero }));
        Assert.Equal(BindingError.WrongRole, TlsBinding.Verify(certificate, TestPeer.Chain, TlsRole.Signer, Now, out _));
    }

    [Fact]
    public void BindingIsGoodForItsTimeOnly()
    {
        using NodeIdentity node = NodeIdentity.Create();
        using X509Certificate2 certificate = NodeCertificates.Issue(node, TestPeer.Chain, TlsRole.Peer, Now, 3600);
        Assert.Equal(BindingError.None, Verify(certificate, TestPeer.Chain, Now.AddSeconds(3599)));
        Assert.Equal(BindingError.Expired, Verify(certificate, TestPeer.Chain, Now.AddSeconds(3601)));
        using X509Certificate2 tooLong = NodeCertificates.Issue(node, TestPeer.Chain, TlsRole.Peer, Now, TlsBinding.ValidSecondsMax + TlsBinding.ClockSkewSeconds + 5);
        Assert.Equal(BindingError.TooLong, Verify(tooLong, TestPeer.Chain));
    }

    [Fact]
    public void BindingCopiedToAnotherTlsKeyIsRefused()
    {
        using NodeIdentity victim = NodeIdentity.Create();
        using X509Certificate2 stolen = NodeCertificates.Issue(victim, TestPeer.Chain, TlsRole.Peer, Now, 3600);
        using X509Certificate2 replay = WithExtension(stolen.Extensions[TlsBinding.ExtensionOid]);
        Assert.Equal(BindingError.NotSigned, Verify(replay, TestPeer.Chain));
    }

    [Fact]
    public void EveryBitOfTheBindingCounts()
    {
        using NodeIdentity node = NodeIdentity.Create();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        TlsBinding binding = new(TlsRole.Peer, TestPeer.Chain, (ulong)Now.ToUnixTimeSeconds() + 3600, node.Id);
        byte[] good = TlsBinding.Issue(node, binding, key).RawData;
        for (int i = 0; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= 1;
            using X509Certificate2 certificate = WithExtension(new X509Extension(TlsBinding.ExtensionOid, bad, false), key);
            Assert.NotEqual(BindingError.None, Verify(certificate, TestPeer.Chain));
        }
        foreach (byte[] bad in (byte[][])[[], [4, 0], good[..^1], [.. good, 0]])
        {
            using X509Certificate2 certificate = WithExtension(new X509Extension(TlsBinding.ExtensionOid, bad, false), key);
            Assert.Equal(BindingError.Malformed, Verify(certificate, TestPeer.Chain));
        }
    }

    [Fact]
    public void CertificateWithoutBindingOrOfAnotherKindOfKeyIsRefused()
    {
        using X509Certificate2 plain = WithExtension(null);
        Assert.Equal(BindingError.Missing, Verify(plain, TestPeer.Chain));
        Assert.Equal(BindingError.Missing, Verify(null, TestPeer.Chain));
        using NodeIdentity node = NodeIdentity.Create();
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        TlsBinding binding = new(TlsRole.Peer, TestPeer.Chain, (ulong)Now.ToUnixTimeSeconds() + 3600, node.Id);
        using X509Certificate2 other = WithExtension(TlsBinding.Issue(node, binding, p384), p384);
        Assert.Equal(BindingError.Malformed, Verify(other, TestPeer.Chain));
    }

    [Fact]
    public void CertificateIsRenewedBeforeItEnds()
    {
        ManualClock clock = new();
        using NodeIdentity node = NodeIdentity.Create();
        using NodeCertificates certificates = new(node, TestPeer.Chain, TlsRole.Peer, clock);
        SslStreamCertificateContext first = certificates.Current;
        Assert.Same(first, certificates.Current);
        clock.Advance(TimeSpan.FromDays(18));
        Assert.Same(first, certificates.Current);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.NotSame(first, certificates.Current);
        Assert.Equal(BindingError.None, Verify(certificates.Current.TargetCertificate, TestPeer.Chain, clock.GetUtcNow()));
        Assert.NotEqual(first.TargetCertificate.GetPublicKeyString(), certificates.Current.TargetCertificate.GetPublicKeyString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NodeOfAnotherChainGetsNoLink(bool sameChainId)
    {
        ChainIdentity other = sameChainId ? TestPeer.Chain with { GenesisHash = Hash256.Zero } : TestPeer.Chain with { ChainId = 9 };
        await using TestPeer listener = await TestPeer.StartAsync();
        await using TestPeer stranger = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint), chain: other);
        string code = sameChainId ? "DSDN-E-PEER-GENESIS" : "DSDN-E-PEER-CHAIN";
        await stranger.Until(() => stranger.Logs.Any(line => line.Contains(code, StringComparison.Ordinal)));
        Assert.Empty(listener.Events);
        Assert.Empty(stranger.Events);
    }

    [Fact]
    public async Task PeerThatIsNotTheOneDialledIsRefused()
    {
        await using TestPeer listener = await TestPeer.StartAsync();
        using NodeIdentity expected = NodeIdentity.Create();
        await using TestPeer dialler = await TestPeer.StartAsync(TestPeer.DialOnly(listener.Endpoint with { Id = expected.Id }));
        await dialler.Until(() => dialler.Logs.Any(line => line.Contains("DSDN-E-PEER-UNEXPECTED", StringComparison.Ordinal)));
        Assert.Empty(dialler.Events);
        Assert.Empty(listener.Events);
    }

    [Fact]
    public async Task NodeDoesNotLinkToItself()
    {
        int port = FreePort();
        await using TestPeer peer = await TestPeer.StartAsync(TestPeer.Listening with { ListenPort = port, Persistent = [new PeerEndpoint("127.0.0.1", (ushort)port, null)] });
        await peer.Until(() => peer.Logs.Any(line => line.Contains("DSDN-E-PEER-SELF", StringComparison.Ordinal)));
        Assert.Empty(peer.Events);
    }

    [Fact]
    public async Task StolenCertificatesGetNoLink()
    {
        await using TestPeer listener = await TestPeer.StartAsync();
        using NodeIdentity victim = NodeIdentity.Create();
        using X509Certificate2 good = NodeCertificates.Issue(victim, TestPeer.Chain, TlsRole.Peer, DateTimeOffset.UtcNow, 3600);
        using X509Certificate2 expired = NodeCertificates.Issue(victim, TestPeer.Chain, TlsRole.Peer, DateTimeOffset.UtcNow.AddHours(-2), 3600);
        using X509Certificate2 replayed = WithExtension(good.Extensions[TlsBinding.ExtensionOid]);
        foreach ((X509Certificate2? certificate, string code) in ((X509Certificate2?, string)[])[(replayed, "DSDN-E-PEER-NOT-SIGNED"), (expired, "DSDN-E-PEER-EXPIRED"), (null, "DSDN-E-PEER-NO-BINDING")])
        {
            await TryHandshake(listener, certificate);
            await listener.Until(() => listener.Logs.Any(line => line.Contains(code, StringComparison.Ordinal)));
        }
        Assert.Empty(listener.Events);
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task TryHandshake(TestPeer listener, X509Certificate2? certificate)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, listener.Network.Port);
        await using var stream = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "dsdn",
                EnabledSslProtocols = SslProtocols.Tls13,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
                ClientCertificates = certificate is null ? [] : [certificate],
            });
            // The client's end of TLS 1.3 is done before the server has seen its certificate: the refusal comes with the next read.
            Assert.Equal(0, await stream.ReadAsync(new byte[100]));
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // Refused.
        }
    }

    private static BindingError Verify(X509Certificate2? certificate, ChainIdentity chain, DateTimeOffset? now = null) =>
        TlsBinding.Verify(certificate, chain, TlsRole.Peer, now ?? Now, out _);

    private static X509Certificate2 WithExtension(X509Extension? extension, ECDsa? key = null)
    {
        using ECDsa fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", key ?? fresh, HashAlgorithmName.SHA256);
        if (extension is not null) request.CertificateExtensions.Add(extension);
        return request.CreateSelfSigned(Now.AddMinutes(-5), Now.AddHours(1));
    }
}
