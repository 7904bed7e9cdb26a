using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Node.Configuration;

namespace Dsdn.StorageNode.Keys;

/// <summary>Who a storage node is: the key that signs what it says, and the key of its TLS certificates. Both are registered on the chain.</summary>
public sealed class StorageIdentity : IDisposable
{
    private readonly byte[] _seed;

    private StorageIdentity(byte[] seed, TlsKey tls) => (_seed, Tls, Id) = (seed, tls, NodeKeyFile.IdOf(seed));

    /// <summary>The public key, by which the chain and the log know it.</summary>
    public Hash256 Id { get; }

    public TlsKey Tls { get; }

    /// <summary>Keys are made where there are none.</summary>
    /// <param name="password">Of the node key; null where it is not encrypted.</param>
    /// <exception cref="ConfigurationException">a file is not a key, or does not open</exception>
    public static StorageIdentity OpenOrCreate(StorageNodeFolder folder, string? password) => new(NodeKeyFile.OpenOrCreate(folder.NodeKey, password), TlsKeyFile.OpenOrCreate(folder.TlsKey));

    /// <summary>Keys do not change once they are there, so a folder that a node uses can be read too.</summary>
    /// <inheritdoc cref="OpenOrCreate(StorageNodeFolder, string?)"/>
    /// <exception cref="DataFolderInUseException">it has no keys yet, and another process is about to make them</exception>
    public static StorageIdentity OpenOrCreate(string path, string? password)
    {
        (string nodeKey, string tlsKey) = StorageNodeFolder.KeysOf(path);
        if (File.Exists(nodeKey) && File.Exists(tlsKey)) return new StorageIdentity(NodeKeyFile.OpenOrCreate(nodeKey, password), TlsKeyFile.OpenOrCreate(tlsKey));
        using StorageNodeFolder folder = StorageNodeFolder.Open(path);
        return OpenOrCreate(folder, password);
    }

    /// <summary>For TLS; belongs to the caller.</summary>
    public NodeIdentity ForTls() => new(_seed);

    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(message, _seed, signature);
        return signature;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_seed);
        Tls.Dispose();
    }
}
