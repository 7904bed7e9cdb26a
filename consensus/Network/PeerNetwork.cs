using System.Net;
using System.Security.Cryptography.X509Certificates;
using Dsdn.Consensus.Network.Addresses;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Network.Links;
using Dsdn.Consensus.Network.Wire;
using Dsdn.Consensus.Peers;
using Dsdn.Grpc;
using Dsdn.Grpc.Server;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Consensus.Network;

/// <summary>
/// The links of a node to its peers (chain-decisions 1.14): listens and dials, knows who is who by the node keys, keeps lanes apart, and
/// bounds what each peer may cost. What messages mean is not known here.
/// </summary>
public sealed partial class PeerNetwork : IAsyncDisposable
{
    private const int TickMs = 100;
    private const int SaveMs = 10_000;

    private readonly PeerNetworkOptions _options;
    private readonly ChainIdentity _chain;
    private readonly NodeCertificates _certificates;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly BanList _bans = new();
    private readonly AddressBook _book;
    private readonly AddressFile? _file;
    private readonly PeerNetworkMetrics _metrics;
    private readonly LinkTable _links;
    private readonly FrameHandling _frames;
    private readonly Dialer _dialer;
    private readonly PeerExchange _exchange;
    private readonly IpLimit _ips;
    private readonly GrpcServer? _server;
    private readonly CancellationTokenSource _stopping = new();
    private Task _upkeep = Task.CompletedTask;
    private volatile bool _mustSave;
    private int _isStopped;

    /// <param name="identity">Belongs to the caller.</param>
    /// <param name="clock">For certificates, bans and pauses; the system's by default.</param>
    public PeerNetwork(NodeIdentity identity, ChainIdentity chain, PeerNetworkOptions options, IPeerObserver observer, TimeProvider? clock = null, ILoggerFactory? logs = null)
    {
        (Self, _chain, _options, _clock) = (identity.Id, chain, options, clock ?? TimeProvider.System);
        ILoggerFactory loggers = logs ?? NullLoggerFactory.Instance;
        _log = loggers.CreateLogger<PeerNetwork>();
        _certificates = new NodeCertificates(identity, chain, TlsRole.Peer, _clock);
        _book = new AddressBook(options.AllowPrivateAddresses);
        _file = options.AddressFile is { } path ? new AddressFile(path, _book, _bans) : null;
        _metrics = new PeerNetworkMetrics(() => _links?.Count ?? 0);
        _links = new LinkTable(Self, options, observer, peer => options.Persistent.Any(kept => kept.Id == peer), _metrics, _log);
        _frames = new FrameHandling(observer, _links, _metrics, Punish);
        _dialer = new Dialer(
            options, _clock, Self, _links, _book, FindBan,
            () => new OutboundLink(options, _clock, chain, Self, _certificates, _links, _frames, FindBan), _metrics, _log);
        _exchange = new PeerExchange(Self, options, _clock, _links, _book, (peer, message) => Send(peer, PeerMessageCodec.Lane(message), PeerMessageCodec.Encode(message)));
        _ips = new IpLimit(options.ConnectionsPerIpMax);
        if (options.ListenAddress is not { } address) return;
        var inbound = new InboundLinks(options, _clock, _links, _frames, Identify, FindBan, _book.Hear);
        _server = new GrpcServer(inbound.Services(), new GrpcServerOptions
        {
            Address = address,
            Port = options.ListenPort,
            Tls = () => _certificates.Server(CheckInbound),
            TlsHandshakeTimeoutMs = options.LinkTimeoutMs,
            HeadersTimeoutMs = options.LinkTimeoutMs,
            IdleConnectionMs = 2 * options.LinkTimeoutMs,
            CallsPerConnectionMax = 1,
            ConnectionsMax = 4 * (options.InboundPeersMax + options.Persistent.Count + options.OutboundPeersTarget) + 64,
            StopGraceMs = 500,
            Admit = _ips.TryEnter,
            HandshakeFailed = (remote, why) =>
            {
                _metrics.HandshakeFailed();
                HandshakeFailed(remote, why.Message);
            },
        }, loggers);
    }

    public PeerId Self { get; }

    /// <summary>The port it listens on, after <see cref="StartAsync"/>; 0 where it does not listen.</summary>
    public int Port { get; private set; }

    /// <summary>Listens, and dials from now on.</summary>
    /// <exception cref="IOException">the address is taken, or the address file cannot be read</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        if (_file?.Load(NowMs) is { } why) AddressFileUnusable(_options.AddressFile ?? "", why);
        if (_server is not null)
        {
            await _server.StartAsync(cancellation);
            _dialer.ListenPort = Port = _server.Port;
        }
        _upkeep = Task.Run(UpkeepAsync, CancellationToken.None);
    }

    /// <summary>Queues a message; never waits. The bytes must not change afterwards.</summary>
    /// <param name="lane">Its limit of a message is <see cref="PeerLimits.FastMessageBytesMax"/> or <see cref="PeerLimits.BulkMessageBytesMax"/>.</param>
    public SendResult Send(PeerId peer, PeerLane lane, ReadOnlyMemory<byte> message)
    {
        SendResult result = TrySend(peer, lane, message);
        if (result == SendResult.Queued) _metrics.Queued(lane, message.Length);
        else _metrics.SendRefused(result);
        return result;
    }

    /// <summary>Ends the link and refuses the peer until the time, also after a restart.</summary>
    /// <param name="untilMs">Unix time.</param>
    public void Ban(PeerId peer, ulong untilMs, string reason)
    {
        _bans.Add(new PeerBan(peer, untilMs, reason));
        _metrics.Banned();
        Banned(peer, untilMs, reason);
        _mustSave = true; // by the upkeep: the caller may be the thread that decides blocks
        Disconnect(peer, LinkEndKind.Banned, $"banned until {untilMs}: {reason}");
    }

    /// <returns>False: it was not banned.</returns>
    public bool Unban(PeerId peer)
    {
        bool was = _bans.Remove(peer);
        if (was) _mustSave = true;
        return was;
    }

    /// <summary>Ends the link; it may come back.</summary>
    public void Disconnect(PeerId peer, string reason) => Disconnect(peer, LinkEndKind.Lost, reason);

    /// <summary>Peer exchange: give it every decoded message; what it takes is nobody else's.</summary>
    /// <returns>True for <see cref="PeerMessage.PeersRequest"/> and <see cref="PeerMessage.PeerAddresses"/>.</returns>
    public bool TryHandle(PeerId from, PeerMessage message) => _exchange.TryHandle(from, message);

    /// <summary>Links by node id.</summary>
    public IReadOnlyList<PeerSnapshot> Snapshot() => [.. _links.All.Select(link => link.Snapshot()).OrderBy(peer => peer.Id)];

    public IReadOnlyList<PeerBan> Bans() => _bans.All(NowMs);

    /// <summary>Ends all links and stops listening.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _isStopped, 1) != 0) return;
        _links.Stop();
        await _stopping.CancelAsync();
        await _upkeep;
        await _dialer.StopAsync();
        if (_server is not null) await _server.StopAsync();
        Save();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_server is not null) await _server.DisposeAsync();
        _certificates.Dispose();
        _metrics.Dispose();
        _stopping.Dispose();
    }

    internal AddressBook Book => _book;

    private ulong NowMs => (ulong)_clock.GetUtcNow().ToUnixTimeMilliseconds();

    private PeerBan? FindBan(PeerId peer) => _bans.Find(peer, NowMs);

    private SendResult TrySend(PeerId peer, PeerLane lane, ReadOnlyMemory<byte> message)
    {
        if (message.IsEmpty || message.Length > PeerService.MessageBytesMax(lane)) return SendResult.TooLarge;
        if (_links.Find(peer) is not { } link) return SendResult.NotConnected;
        if (link.Of(lane).TryQueue(PeerFrame.OfPayload(message))) return SendResult.Queued;
        _links.End(link, new LinkEnd(LinkEndKind.Slow, $"the queue of {lane} is full"));
        return SendResult.Overflow;
    }

    private void Disconnect(PeerId peer, LinkEndKind kind, string reason)
    {
        if (_links.Find(peer) is { } link) _links.End(link, new LinkEnd(kind, reason));
    }

    private void Punish(PeerLink link, LinkEnd end) => Ban(link.Peer, NowMs + (ulong)_options.ViolationBanMs, end.ToString());

    /// <summary>Inside the handshake.</summary>
    private bool CheckInbound(X509Certificate2? certificate)
    {
        BindingError error = TlsBinding.Verify(certificate, _chain, TlsRole.Peer, _clock.GetUtcNow(), out TlsBinding? binding);
        if (error == BindingError.None && binding?.Node == Self) error = BindingError.Self;
        if (error == BindingError.None) return true;
        _metrics.HandshakeRefused(error);
        HandshakeRefused(error.Code(), binding?.Node);
        return false;
    }

    /// <summary>Who is behind a connection whose handshake was good.</summary>
    private TlsBinding Identify(GrpcServerCall call) =>
        TlsBinding.Verify(call.Connection.ClientCertificate, _chain, TlsRole.Peer, _clock.GetUtcNow(), out TlsBinding? binding) is var error
        && error == BindingError.None && binding is not null ? binding : throw new GrpcException(GrpcStatusCode.Unauthenticated, error.Code());

    private async Task UpkeepAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(TickMs), _clock);
        long pinged = _clock.GetTimestamp(), saved = pinged;
        try
        {
            do
            {
                Tick(ref pinged, ref saved);
            }
            while (await timer.WaitForNextTickAsync(_stopping.Token));
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private void Tick(ref long pinged, ref long saved)
    {
        try
        {
            _dialer.Tick(_stopping.Token);
            _exchange.Tick();
            CheckLinks();
            LeaveSeeds();
            if (_clock.GetElapsedTime(pinged).TotalMilliseconds >= _options.PingIntervalMs)
            {
                pinged = _clock.GetTimestamp();
                foreach (PeerLink link in _links.All) link.Ping();
            }
            if (_mustSave || _clock.GetElapsedTime(saved).TotalMilliseconds >= SaveMs)
            {
                _mustSave = false;
                saved = _clock.GetTimestamp();
                Save();
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A fault of ours in one round of upkeep must not end dialling for good.
            UpkeepFailed(e);
        }
    }

    private void CheckLinks()
    {
        TimeSpan stall = TimeSpan.FromMilliseconds(_options.SendStallMsMax);
        foreach (PeerLink link in _links.All)
        {
            if (link.Fast.Stalled > stall || link.Bulk.Stalled > stall) _links.End(link, new LinkEnd(LinkEndKind.Slow, $"took nothing for {_options.SendStallMsMax} ms"));
            else if (link.PingOut is { } waiting && waiting.TotalMilliseconds > _options.PongTimeoutMs) _links.End(link, new LinkEnd(LinkEndKind.Silent, $"no answer for {_options.PongTimeoutMs} ms"));
        }
    }

    /// <summary>A seed serves everybody: it is asked and left.</summary>
    private void LeaveSeeds()
    {
        if (_options.Seeds.Count == 0) return;
        PeerLink[] seeds = [.. _links.All.Where(link => link.IsOutbound && _dialer.IsSeed(link.Remote))];
        if (_links.Count - seeds.Length < _options.EnoughPeers) return;
        foreach (PeerLink seed in seeds) _links.End(seed, new LinkEnd(LinkEndKind.Seed, "enough other peers are connected"));
    }

    private void Save()
    {
        try
        {
            _file?.Save(NowMs);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            AddressFileUnusable(_options.AddressFile ?? "", e.Message);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "peer banned {Peer} until_ms {UntilMs} why {Reason}")]
    private partial void Banned(PeerId peer, ulong untilMs, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "handshake refused {Code} claimed {Peer}")]
    private partial void HandshakeRefused(string code, PeerId? peer);

    [LoggerMessage(EventId = 3, Level = LogLevel.Debug, Message = "handshake failed from {Remote} why {Reason}")]
    private partial void HandshakeFailed(IPEndPoint remote, string reason);

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "upkeep of peer links failed")]
    private partial void UpkeepFailed(Exception exception);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "address file {Path} why {Reason}")]
    private partial void AddressFileUnusable(string path, string reason);
}
