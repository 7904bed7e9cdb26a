using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Wallet.Keystore;
using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Accounts;

/// <summary>One key of a directory. Reading it needs no password.</summary>
public sealed record KeyEntry(string Name, Address Address, string Path);

/// <summary>A folder of keystore files <c>NAME.json</c>, each readable by its owner only.</summary>
/// <param name="cost">Of the password's derivation in files written here.</param>
public sealed class KeyDirectory(string folder, ScryptCost cost)
{
    public const int NameCharsMax = 64;
    public const int KeystoreBytesMax = 64 * 1024;
    public const int KeysMax = 10_000;

    private const string Extension = ".json";

    public string Folder { get; } = folder;

    /// <summary>Ascending by name. Files that are no keystores are left out.</summary>
    public IReadOnlyList<KeyEntry> List() => !Directory.Exists(Folder) ? [] : Directory.EnumerateFiles(Folder, "*" + Extension).Take(KeysMax)
        .Select(Read).OfType<KeyEntry>().OrderBy(key => key.Name, StringComparer.Ordinal).ToArray();

    /// <summary>By name, or by address in any case; null where there is none.</summary>
    public KeyEntry? Find(string nameOrAddress)
    {
        if (Address.TryParse(nameOrAddress, out Address address)) return List().FirstOrDefault(key => key.Address == address);
        return IsName(nameOrAddress) && File.Exists(PathOf(nameOrAddress)) ? Read(PathOf(nameOrAddress)) : null;
    }

    /// <exception cref="DsdnException"><see cref="ErrorCodes.KeyName"/>, <see cref="ErrorCodes.KeyExists"/></exception>
    public void CheckNewName(string name)
    {
        if (!IsName(name)) throw new DsdnException(ErrorCodes.KeyName, ErrorClass.Key, name);
        if (File.Exists(PathOf(name))) throw new DsdnException(ErrorCodes.KeyExists, ErrorClass.Key, name);
    }

    public KeyEntry Add(string name, Account account, string password)
    {
        CheckNewName(name);
        PrivateFile.CreateFolder(Folder);
        PrivateFile.Write(PathOf(name), account.ToKeystore(password, cost), overwrite: false);
        return new KeyEntry(name, account.Address, PathOf(name));
    }

    /// <summary>Encrypts the same key under another password, by one rename.</summary>
    public void Replace(KeyEntry key, Account account, string password)
    {
        if (account.Address != key.Address) throw new DsdnException(ErrorCodes.KeyMalformed, ErrorClass.Key);
        PrivateFile.Write(key.Path, account.ToKeystore(password, cost), overwrite: true);
    }

    /// <exception cref="DsdnException"><see cref="ErrorCodes.PasswordWrong"/>, <see cref="ErrorCodes.KeystoreCorrupt"/>, <see cref="ErrorCodes.KeyExposed"/></exception>
    public Account Open(KeyEntry key, string password)
    {
        string json = ReadKeystore(key);
        Account account = Account.FromKeystore(json, password);
        if (account.Address == key.Address) return account;
        account.Dispose();
        throw new DsdnException(ErrorCodes.KeystoreCorrupt, ErrorClass.Integrity, key.Path);
    }

    /// <summary>The encrypted file as it is.</summary>
    public string ReadKeystore(KeyEntry key)
    {
        if (PrivateFile.IsExposed(key.Path)) throw new DsdnException(ErrorCodes.KeyExposed, ErrorClass.Key, key.Path);
        return PrivateFile.ReadText(key.Path, KeystoreBytesMax);
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= NameCharsMax && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && name[0] != '-'
        && !name.StartsWith("0x", StringComparison.OrdinalIgnoreCase);

    private string PathOf(string name) => Path.Combine(Folder, name + Extension);

    private static KeyEntry? Read(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        if (!IsName(name) || new FileInfo(path).Length > KeystoreBytesMax) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("address", out JsonElement text)
                && text.ValueKind == JsonValueKind.String && Address.TryParse(WithPrefix(text.GetString() ?? ""), out Address address)
                ? new KeyEntry(name, address, path)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Keystores write the address without 0x.</summary>
    private static string WithPrefix(string address) => address.StartsWith("0x", StringComparison.Ordinal) ? address : "0x" + address;
}
