using System.Security.Cryptography;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Node.Configuration;

namespace Dsdn.StorageNode.Keys;

/// <summary>The TLS key of a node in a file that only its owner may read: PKCS #8 as PEM (RFC 7468).</summary>
public static class TlsKeyFile
{
    private const string Label = "PRIVATE KEY";
    private const int FileBytesMax = 4_096;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="ConfigurationException">the file is not one, or others may read it</exception>
    public static TlsKey OpenOrCreate(string path)
    {
        try
        {
            return File.Exists(path) ? Read(path) : Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}: {e.Message}");
        }
    }

    private static TlsKey Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0)
            throw new ConfigurationException($"{path}: others may read it; run chmod 600");
        if (new FileInfo(path).Length > FileBytesMax) throw NotOne(path);
        string pem = File.ReadAllText(path);
        if (!PemEncoding.TryFind(pem, out PemFields fields) || pem[fields.Label] != Label) throw NotOne(path);
        byte[] pkcs8 = new byte[fields.DecodedDataLength];
        try
        {
            bool isKey = Convert.TryFromBase64Chars(pem.AsSpan()[fields.Base64Data], pkcs8, out int bytes) & bytes == pkcs8.Length;
            return isKey && TlsKey.TryRead(pkcs8, out TlsKey? key) ? key : throw NotOne(path);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>Written whole or not at all: half a key would be another fingerprint than the registered one.</summary>
    private static TlsKey Create(string path)
    {
        TlsKey key = TlsKey.Create();
        string unfinished = path + ".new";
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(PemEncoding.WriteString(Label, key.Pkcs8) + "\n"));
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path);
        return key;
    }

    private static ConfigurationException NotOne(string path) => new($"{path}: not a TLS key on P-256. A new one has another fingerprint, under which the node must be registered again");
}
