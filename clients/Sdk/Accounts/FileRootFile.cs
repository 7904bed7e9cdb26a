using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Wallet.Keystore;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;

namespace Dsdn.Sdk.Accounts;

/// <summary>What opens a wallet's files, without the wallet: a private file with the owner's address and the root, encrypted under a password as keys are.</summary>
public sealed class FileRootFile
{
    private const string Kind = "dsdn-file-root";
    private const int BytesMax = 64 * 1024;

    private readonly string _keystore;

    private FileRootFile(Address owner, string keystore) => (Owner, _keystore) = (owner, keystore);

    public Address Owner { get; }

    /// <param name="root">Of <see cref="WalletKeys.RevealRoot"/>.</param>
    public static void Write(string path, ReadOnlySpan<byte> root, Address owner, string password, ScryptCost cost) => PrivateFile.Write(path, new JsonObject
    {
        ["kind"] = Kind, ["owner"] = owner.ToString(), ["keystore"] = JsonNode.Parse(KeystoreFile.Encrypt(root, password, cost)),
    }.ToJsonString() + "\n", overwrite: false);

    /// <exception cref="DsdnException">not such a file</exception>
    public static FileRootFile Read(string path)
    {
        try
        {
            JsonNode? read = JsonNode.Parse(PrivateFile.ReadText(path, BytesMax));
            if ((string?)read?["kind"] == Kind && read["keystore"] is { } keystore && Address.TryParse((string?)read["owner"] ?? "", out Address owner)) return new FileRootFile(owner, keystore.ToJsonString());
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Told below.
        }
        throw new DsdnException(ErrorCodes.KeystoreCorrupt, ErrorClass.Key, path);
    }

    /// <exception cref="DsdnException">the password is wrong</exception>
    public WalletKeys Open(string password) => WalletKeys.FromRoot(KeystoreFile.Decrypt(_keystore, password));
}
