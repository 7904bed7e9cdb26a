using System.Security.Cryptography;
using Dsdn.Chain.Wallet;
using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Accounts;

/// <summary>A BIP-39 mnemonic and the accounts it derives by BIP-44 (m/44'/60'/0'/0/index), as Ethereum wallets do.</summary>
public sealed class Wallet : IDisposable
{
    private const int NewEntropyBytes = 32; // 24 words

    private readonly HdKey _master;
    private string? _mnemonic;

    private Wallet(string mnemonic, HdKey master) => (_mnemonic, _master) = (mnemonic, master);

    /// <summary>A fresh 24-word mnemonic from the system's randomness.</summary>
    public static Wallet Create()
    {
        byte[] entropy = RandomNumberGenerator.GetBytes(NewEntropyBytes);
        try
        {
            return FromMnemonic(Mnemonic.FromEntropy(entropy));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(entropy);
        }
    }

    /// <exception cref="DsdnException"><see cref="ErrorCodes.KeyMalformed"/>: word count, an unknown word, or the checksum</exception>
    public static Wallet FromMnemonic(string mnemonic, string passphrase = "")
    {
        MnemonicError error = Mnemonic.Parse(mnemonic, out byte[] entropy, out int wordNumber);
        CryptographicOperations.ZeroMemory(entropy);
        if (error != MnemonicError.None)
        {
            // The position only: the word itself is part of a secret.
            string details = error == MnemonicError.UnknownWord ? $"word {wordNumber} is not in the BIP-39 list" : error == MnemonicError.Checksum ? "checksum" : "word count";
            throw new DsdnException(ClientError.Of(ErrorCodes.KeyMalformed, ErrorClass.Key).With(details));
        }
        byte[] seed = Mnemonic.Seed(mnemonic, passphrase);
        try
        {
            return HdKey.TryFromSeed(seed, out HdKey? master) && master is not null
                ? new Wallet(string.Join(' ', mnemonic.ToLowerInvariant().Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)), master)
                : throw new DsdnException(ErrorCodes.KeyMalformed, ErrorClass.Key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <param name="index">Below 2^31.</param>
    public Account Account(uint index)
    {
        if (index >= HdPath.Hardened) throw new DsdnException(ClientError.Of(ErrorCodes.KeyMalformed, ErrorClass.Key).With("index"));
        HdKey derived = _master.Derive(HdPath.Ethereum(index)) ?? throw new DsdnException(ClientError.Of(ErrorCodes.KeyMalformed, ErrorClass.Key).With("index"));
        return Accounts.Account.FromPrivateKey(derived.PrivateKey);
    }

    /// <summary>The words. Their one use is a backup the user asked for.</summary>
    public string RevealMnemonic() => _mnemonic ?? throw new ObjectDisposedException(nameof(Wallet));

    public override string ToString() => nameof(Wallet);

    /// <summary>Drops the words; strings cannot be erased, so keep wallets short-lived.</summary>
    public void Dispose() => _mnemonic = null;
}
