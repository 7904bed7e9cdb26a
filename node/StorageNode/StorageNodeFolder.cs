using Dsdn.Node.Configuration;

namespace Dsdn.StorageNode;

/// <summary>
/// A storage node's folder: node.key and tls.key (who it is on the chain: without them its chunks are lost to it), chunks/ (the store), audits/ (the last answers), log/ (archive and state; may be deleted and followed
/// again), events.counter (the last number it signed under). One process at a time.
/// </summary>
public sealed class StorageNodeFolder : IDisposable
{
    private readonly DataFolder _folder;

    private StorageNodeFolder(DataFolder folder) => _folder = folder;

    public string NodeKey => KeysOf(_folder.Path).Node;

    public string TlsKey => KeysOf(_folder.Path).Tls;

    public string Chunks => Path.Combine(_folder.Path, "chunks");

    public string Audits => Path.Combine(_folder.Path, "audits");

    public string Log => _folder.Log;

    public string EventCounter => Path.Combine(_folder.Path, "events.counter");

    /// <exception cref="DataFolderInUseException">another process uses it</exception>
    /// <exception cref="ConfigurationException">it cannot be written</exception>
    public static StorageNodeFolder Open(string path) => new(DataFolder.Open(path));

    public static (string Node, string Tls) KeysOf(string path) => (Path.Combine(path, "node.key"), Path.Combine(path, "tls.key"));

    public void Dispose() => _folder.Dispose();
}
