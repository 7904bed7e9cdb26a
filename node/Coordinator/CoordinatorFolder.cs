using Dsdn.Node.Configuration;

namespace Dsdn.Coordinator;

/// <summary>
/// A coordinator's folder: log/ (archive and state; may be fetched again from any archive), outbox/ (what is posted where), audits/ (what nodes answered), lies/ (what convicts them), signer/ (what was signed; must never go back in time), batches.wal
/// (the batch under way), node.key, member.key.json (encrypted). One process at a time.
/// </summary>
internal sealed class CoordinatorFolder : IDisposable
{
    private readonly DataFolder _folder;

    private CoordinatorFolder(DataFolder folder) => _folder = folder;

    public string Log => Path.Combine(_folder.Path, "log");

    public string Outbox => Path.Combine(_folder.Path, "outbox");

    public string Emergency => Path.Combine(_folder.Path, "emergency");

    /// <summary>What nodes answered to audits.</summary>
    public string Answers => Path.Combine(_folder.Path, "audits");

    /// <summary>Proofs of lies, until the chain has them.</summary>
    public string Lies => Path.Combine(_folder.Path, "lies");

    public string Wal => Path.Combine(_folder.Path, "batches.wal");

    public string LastRound => Path.Combine(_folder.Path, "signer", "last-round");

    public string LastFinal => Path.Combine(_folder.Path, "signer", "last-final");

    public string MemberKey => Path.Combine(_folder.Path, "member.key.json");

    public string NodeKey => _folder.NodeKey;

    public string Control => _folder.Control;

    /// <exception cref="DataFolderInUseException">another process uses it</exception>
    /// <exception cref="ConfigurationException">it cannot be written</exception>
    public static CoordinatorFolder Open(string path) => new(DataFolder.Open(path));

    public void Dispose() => _folder.Dispose();
}
