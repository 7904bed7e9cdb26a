using System.Security.Cryptography.X509Certificates;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;
using Dsdn.Grpc.Client;
using Dsdn.Grpc.Trunks;

namespace Dsdn.Services;

/// <summary>Who must answer at an address, as the log knows it.</summary>
/// <param name="Id">Null: any of the chain.</param>
/// <param name="TlsFingerprint">SHA-256 of the SPKI as registered on the chain; null: not checked.</param>
public sealed record ServiceAddress(string Host, int Port, PeerId? Id = null, Hash256? TlsFingerprint = null)
{
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}

/// <summary>Makes channels over mutual TLS to services of one chain.</summary>
/// <param name="identity">Belongs to the caller; what it is does not matter to those who serve everybody.</param>
/// <param name="role">Of both ends.</param>
/// <param name="fixedKey">Of a caller whose key is registered; belongs to it.</param>
public sealed class ServiceChannels(NodeIdentity identity, ChainIdentity chain, TlsRole role, TimeProvider clock, TlsKey? fixedKey = null) : IDisposable
{
    private const int ConnectMs = 5_000;

    private readonly NodeCertificates _certificates = new(identity, chain, role, clock, fixedKey);

    public GrpcChannel Open(ServiceAddress address, int requestBytesMax, int responseBytesMax, int streamWindowBytes) => new(Options(address, requestBytesMax, responseBytesMax, streamWindowBytes));

    /// <summary>For much data to or from one service.</summary>
    public TrunkChannel OpenTrunks(ServiceAddress address, int requestBytesMax, int responseBytesMax, int trunksMax) => new(Options(address, requestBytesMax, responseBytesMax, 0), trunksMax);

    public void Dispose() => _certificates.Dispose();

    private GrpcChannelOptions Options(ServiceAddress address, int requestBytesMax, int responseBytesMax, int streamWindowBytes) => new(address.Host, address.Port)
    {
        Tls = _certificates.Client(certificate => IsExpected(certificate, address)),
        ConnectTimeoutMs = ConnectMs,
        RequestBytesMax = requestBytesMax,
        ResponseBytesMax = responseBytesMax,
        StreamWindowBytes = streamWindowBytes,
    };

    private bool IsExpected(X509Certificate2? certificate, ServiceAddress address)
    {
        if (TlsBinding.Verify(certificate, chain, role, clock.GetUtcNow(), out TlsBinding? binding) != BindingError.None) return false;
        if (address.Id is { } id && binding?.Node != id) return false;
        if (address.TlsFingerprint is not { } registered) return true;
        return certificate is not null && new Hash256(System.Security.Cryptography.SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())) == registered;
    }
}
