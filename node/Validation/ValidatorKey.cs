using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Wallet.Keystore;
using Dsdn.Node.Configuration;

namespace Dsdn.Node.Validation;

/// <summary>Finds the consensus key of this node: an encrypted file, or for the devnet its public seed.</summary>
internal static class ValidatorKey
{
    public const int FileBytesMax = 64 * 1024;

    /// <exception cref="KeyFileException">missing, damaged, or the password does not open it</exception>
    public static FileVoteSigner OpenSigner(NodeOptions options, NetworkGenesis network, DataFolder folder)
    {
        byte[] seed = LoadSeed(options, network, folder);
        return new FileVoteSigner(new ConsensusKey(seed), LastSignFile.Open(folder.LastSign));
    }

    private static byte[] LoadSeed(NodeOptions options, NetworkGenesis network, DataFolder folder)
    {
        if (options.DevValidator is { } number) return network.DevelopmentSeed(number);
        string file = options.ValidatorKeyFile ?? folder.ValidatorKey;
        if (!File.Exists(file))
        {
            if (options.ValidatorKeyFile is null && network.PublicValidatorSeed is { } seed) return seed;
            throw new KeyFileException($"{file}: no consensus key; make one with `dsdn validator key`, or name it with --validator-key");
        }
        byte[] password = Encoding.UTF8.GetBytes(Password(options, file));
        KeystoreError error = KeyFile.Decrypt(ReadBounded(file), password, out KeyFile? _, out byte[] secret);
        if (error != KeystoreError.None) throw new KeyFileException($"{file}: {error.Code()}");
        if (secret.Length != Ed25519.SeedSize) throw new KeyFileException($"{file}: holds {secret.Length} bytes, an Ed25519 seed has {Ed25519.SeedSize}");
        return secret;
    }

    private static byte[] ReadBounded(string file)
    {
        if (new FileInfo(file).Length > FileBytesMax) throw new KeyFileException($"{file}: larger than {FileBytesMax} bytes");
        return File.ReadAllBytes(file);
    }

    private static string Password(NodeOptions options, string file)
    {
        if (options.PasswordFile is { } path)
        {
            return File.Exists(path) ? File.ReadLines(path).FirstOrDefault() ?? "" : throw new KeyFileException($"{path}: no such password file");
        }
        return Environment.GetEnvironmentVariable("DSDN_PASSWORD")
            ?? throw new KeyFileException($"{file} is locked: give its password with --password-file or DSDN_PASSWORD");
    }
}
