using System.Net;
using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Peers;
using Dsdn.Node.Attestation;
using Dsdn.Node.RemoteSigning;
using Dsdn.Node.Tests.Attestation;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Node.Tests.RemoteSigning;

/// <summary>A signer with its record in a folder, and nodes that speak to it over loopback.</summary>
internal sealed class SignerRig : IAsyncDisposable
{
    public static readonly ChainIdentity Chain = new(17_847, Keccak.Hash("genesis"u8));

    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-remote-").FullName;
    private readonly byte[] _nodeSeed = RandomNumberGenerator.GetBytes(32);
    private readonly List<IDisposable> _open = [];
    private SignerServer? _server;
    private FileVoteSigner? _signer;
    private LocalAttestationSigner? _attestations;

    public SignerRig() => Node = new NodeIdentity(_nodeSeed);

    public NodeIdentity Node { get; }

    public NodeIdentity Self { get; } = NodeIdentity.Create();

    public ConsensusKey Key { get; init; } = new([.. Enumerable.Repeat((byte)5, 32)]);

    public string Record => Path.Combine(_folder, "last-sign");

    public string Attestations => Path.Combine(_folder, "attestations");

    /// <summary>Of the clock that the signer's record of attestations asks.</summary>
    public ulong NowMs { get; set; } = 1_800_000_000_000;

    /// <summary>What the signer concludes where there is no record of attestations.</summary>
    public MissingRecord Missing { get; init; } = MissingRecord.NeverAttested;

    public int Port { get; private set; }

    public async Task StartAsync()
    {
        if (!File.Exists(Record)) LastSignFile.CreateWithKey(Record);
        _signer = new FileVoteSigner(Key, LastSignFile.Open(Record));
        _attestations = new LocalAttestationSigner(Key, AttestationStore.Open(Attestations, Missing, null), Chain.ChainId, new SetClock(() => NowMs), NullLogger.Instance);
        _server = new SignerServer(_signer, Self, Chain, IPAddress.Loopback, Port, new HashSet<PeerId> { Node.Id }, TimeProvider.System, NullLoggerFactory.Instance, _attestations);
        await _server.StartAsync();
        Port = _server.Port;
    }

    public async Task StopAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _signer?.Dispose();
        _attestations?.Dispose();
        (_server, _signer, _attestations) = (null, null, null);
    }

    /// <param name="node">Null: the one that is served.</param>
    /// <param name="id">Null: the signer's.</param>
    public RemoteVoteSigner Connect(NodeIdentity? node = null, PeerId? id = null, ChainIdentity? chain = null, ConsensusKey? key = null)
    {
        var signer = new RemoteVoteSigner(Link(node, id, chain), (key ?? Key).PublicKey);
        _open.Add(signer);
        return signer;
    }

    /// <inheritdoc cref="Connect"/>
    public RemoteAttestationSigner ConnectAttestations(NodeIdentity? node = null, PeerId? id = null, ChainIdentity? chain = null, ConsensusKey? key = null)
    {
        var signer = new RemoteAttestationSigner(Link(node, id, chain), (key ?? Key).PublicKey);
        _open.Add(signer);
        return signer;
    }

    /// <summary>The link disposes of its identity, as a node's does.</summary>
    public SignerLink Link(NodeIdentity? node = null, PeerId? id = null, ChainIdentity? chain = null) => new(
        new SignerAddress("127.0.0.1", Port, id ?? Self.Id, DeadlineMs: 10_000, ConnectMs: 10_000), node ?? new NodeIdentity(_nodeSeed), chain ?? Chain, TimeProvider.System, NullLogger.Instance);

    public static byte[] Prevote(ulong height, uint round, string block, ChainIdentity? chain = null) =>
        SignBytes.Prevote((chain ?? Chain).ChainId, (chain ?? Chain).GenesisHash, height, round, -1, Keccak.Hash(Encoding.ASCII.GetBytes(block)));

    public async ValueTask DisposeAsync()
    {
        foreach (IDisposable open in _open) open.Dispose();
        await StopAsync();
        Node.Dispose();
        Self.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
