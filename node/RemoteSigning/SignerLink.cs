using System.Security.Cryptography.X509Certificates;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Signing;
using Dsdn.Grpc;
using Dsdn.Grpc.Client;
using Dsdn.Node.RemoteSigning.Wire;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.RemoteSigning;

/// <summary>Where a signer is, who must answer there, and for how long a call waits.</summary>
/// <param name="Id">The signer's node id.</param>
/// <param name="DeadlineMs">Far above what a synced write takes, below the shortest timeout of a round.</param>
/// <param name="ConnectMs">For both handshakes and the first call: a machine under load needs longer for them.</param>
public sealed record SignerAddress(string Host, int Port, PeerId Id, int DeadlineMs = 1_000, int ConnectMs = 5_000)
{
    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>What a signer says of itself.</summary>
public readonly record struct SignerFacts(ReadOnlyMemory<byte> PublicKey, LastSign Last);

/// <summary>
/// The connection to a signer: made by the first call and again after it broke, with growing pauses in which calls fail at once.
/// </summary>
/// <param name="identity">Of this node; disposed with this.</param>
public sealed class SignerLink(SignerAddress address, NodeIdentity identity, ChainIdentity chain, TimeProvider clock, ILogger logger) : IDisposable
{
    private const int PauseMsMin = 50;
    private const int PauseMsMax = 2_000;

    /// <summary>A connection shows the certificate it was made with; this is well within its life.</summary>
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromHours(12);

    /// <summary>Held while a connection is made; the other one never for long.</summary>
    private readonly Lock _connecting = new();
    private readonly Lock _lock = new();
    private readonly NodeCertificates _certificates = new(identity, chain, TlsRole.Signer, clock);
    private volatile GrpcChannel? _channel;
    private long _connectedAt, _failedAt;
    private int _pauseMs;
    private BindingError _refused;
    private string _reason = "not connected yet";
    private volatile bool _isAway;
    private volatile LastSign _last = LastSign.None;
    private bool _isDisposed;

    public LastSign Last => _last;

    public string Address => address.ToString();

    /// <summary>The last call got no answer.</summary>
    public bool IsAway => _isAway;

    /// <exception cref="SignerAwayException">no answer</exception>
    /// <exception cref="NotSignedException">a signer of another chain</exception>
    public SignerFacts Describe()
    {
        Description said = Call((channel, options) => channel.CallAsync(SignerMethods.Describe, new DescribeRequest(), options));
        return Take(said);
    }

    /// <summary>What it signed for this node.</summary>
    public void Signed(LastSign last) => Raise(last);

    /// <exception cref="SignerAwayException">no answer; the same call may be made again</exception>
    /// <exception cref="NotSignedException">the signer refused</exception>
    /// <param name="mayConnect">False: only over a connection that is there.</param>
    internal T Call<T>(Func<GrpcChannel, GrpcCallOptions, Task<T>> call, bool mayConnect = true)
    {
        GrpcChannel channel = mayConnect ? Connect() : _channel ?? throw new SignerAwayException($"{address}: {_reason}");
        try
        {
            T reply = call(channel, new GrpcCallOptions(Deadline: TimeSpan.FromMilliseconds(address.DeadlineMs))).GetAwaiter().GetResult();
            _pauseMs = 0;
            _isAway = false;
            return reply;
        }
        catch (Exception e) when (e is GrpcException or ObjectDisposedException or OperationCanceledException)
        {
            throw Refusal(e) ?? Broken(channel, e);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _channel?.Dispose();
            _channel = null;
        }
        _certificates.Dispose();
        identity.Dispose();
    }

    private GrpcChannel Connect()
    {
        lock (_connecting)
        {
            lock (_lock)
            {
                if (_isDisposed) throw new SignerAwayException($"{address}: stopped");
                if (_channel is { } open && clock.GetElapsedTime(_connectedAt) < ConnectionLife) return open;
                if (_pauseMs > 0 && clock.GetElapsedTime(_failedAt).TotalMilliseconds < _pauseMs) throw new SignerAwayException($"{address}: {_reason}");
                _channel?.Dispose();
                _channel = null;
                _refused = BindingError.None;
            }
            GrpcChannel channel = Open();
            lock (_lock)
            {
                (_channel, _connectedAt, _isAway) = (channel, clock.GetTimestamp(), false);
                if (_isDisposed) channel.Dispose();
            }
            SignerLog.Connected(logger, Address, _last.Height, _last.Round, _last.Step.ToString());
            return channel;
        }
    }

    /// <summary>The first call on a connection asks what the signer signed last: another node may have used it.</summary>
    private GrpcChannel Open()
    {
        var channel = new GrpcChannel(new GrpcChannelOptions(address.Host, address.Port)
        {
            Tls = _certificates.Client(Check),
            ConnectTimeoutMs = address.ConnectMs,
            RequestBytesMax = SignerMethods.MessageBytesMax,
            ResponseBytesMax = SignerMethods.MessageBytesMax,
        });
        try
        {
            var options = new GrpcCallOptions(Deadline: TimeSpan.FromMilliseconds(address.ConnectMs));
            Take(channel.CallAsync(SignerMethods.Describe, new DescribeRequest(), options).GetAwaiter().GetResult());
            return channel;
        }
        catch (Exception e)
        {
            channel.Dispose();
            if (e is not (GrpcException or OperationCanceledException)) throw;
            throw Refusal(e) ?? Pause(e);
        }
    }

    /// <summary>Inside the handshake, before anything was said.</summary>
    private bool Check(X509Certificate2? certificate)
    {
        BindingError error = TlsBinding.Verify(certificate, chain, TlsRole.Signer, clock.GetUtcNow(), out TlsBinding? binding);
        if (error == BindingError.None && binding?.Node != address.Id) error = BindingError.UnexpectedPeer;
        _refused = error;
        return error == BindingError.None;
    }

    private SignerFacts Take(Description said)
    {
        if (said.ChainId != chain.ChainId || !said.GenesisHash.Span.SequenceEqual(chain.GenesisHash.Span))
            throw new SignerRefusedException(SignerCodes.Chain, $"{address}: a signer of chain {said.ChainId}");
        if (said.PublicKey.Length != Hash256.Size || said.Message.Length != Hash256.Size || said.Step > (uint)SignStep.Precommit)
            throw new SignerRefusedException(SignerCodes.Malformed, $"{address}: what it says of itself is malformed");
        Raise(new LastSign(said.Height, said.Round, (SignStep)said.Step, new Hash256(said.Message.Span), LastSign.None.Signature));
        return new SignerFacts(said.PublicKey.ToByteArray(), _last);
    }

    private void Raise(LastSign last)
    {
        lock (_lock)
        {
            if (_last.CompareTo(last.Height, last.Round, last.Step) <= 0) _last = last;
        }
    }

    private static NotSignedException? Refusal(Exception e)
    {
        if (e is not GrpcException failed || !failed.Trailers.TryGet(SignerMethods.CodeTrailer, out string? code)) return null;
        return code == DoubleSignException.ErrorCode ? new DoubleSignException(failed.Status.Detail) : new SignerRefusedException(code, failed.Status.Detail);
    }

    private SignerAwayException Broken(GrpcChannel channel, Exception e)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(channel, _channel)) return new SignerAwayException($"{address}: {e.Message}");
            _channel = null;
            channel.Dispose();
            return Pause(e);
        }
    }

    private SignerAwayException Pause(Exception e)
    {
        lock (_lock)
        {
            _reason = _refused != BindingError.None ? _refused.Code() : e.Message;
            _failedAt = clock.GetTimestamp();
            _isAway = true;
            if (_pauseMs == 0) SignerLog.Away(logger, Address, _reason);
            _pauseMs = Math.Clamp(_pauseMs * 2, PauseMsMin, PauseMsMax);
            return new SignerAwayException($"{address}: {_reason}");
        }
    }
}
