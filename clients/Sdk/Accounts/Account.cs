using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Chain.Wallet;
using Dsdn.Chain.Wallet.Keystore;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;

namespace Dsdn.Sdk.Accounts;

/// <summary>
/// An account that can sign: holds a private key in memory until disposed, and never shows it unasked. Signatures are
/// deterministic (RFC 6979) with low s.
/// </summary>
public sealed class Account : IDisposable
{
    private readonly byte[] _privateKey;
    private bool _disposed;

    private Account(byte[] privateKey, Address address) => (_privateKey, Address) = (privateKey, address);

    public Address Address { get; }

    /// <param name="privateKey">32 bytes, copied.</param>
    /// <exception cref="DsdnException"><see cref="ErrorCodes.KeyMalformed"/></exception>
    public static Account FromPrivateKey(ReadOnlySpan<byte> privateKey) => Secp256k1.TryAddress(privateKey, out Address address)
        ? new Account(privateKey.ToArray(), address)
        : throw new DsdnException(ErrorCodes.KeyMalformed, ErrorClass.Key);

    /// <param name="privateKey">0x and 64 digits.</param>
    public static Account FromPrivateKey(string privateKey)
    {
        if (!Hex.TryDecode(privateKey, out byte[]? bytes)) throw new DsdnException(ErrorCodes.KeyMalformed, ErrorClass.Key);
        try
        {
            return FromPrivateKey(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <param name="json">A Web3 secret storage file, version 3.</param>
    /// <exception cref="DsdnException"><see cref="ErrorCodes.PasswordWrong"/>, <see cref="ErrorCodes.KeystoreCorrupt"/></exception>
    public static Account FromKeystore(string json, string password)
    {
        byte[] secret = KeystoreFile.Decrypt(json, password);
        try
        {
            return FromPrivateKey(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>An encrypted keystore file, version 3, of the standard cost.</summary>
    public string ToKeystore(string password) => ToKeystore(password, ScryptCost.Standard);

    public string ToKeystore(string password, ScryptCost cost) => KeystoreFile.Encrypt(Key, password, cost);

    /// <exception cref="ObjectDisposedException"/>
    public Transaction Sign(TransactionDraft draft) => draft.Sign(Key) ?? throw new DsdnException(ErrorCodes.KeyMalformed, ErrorClass.Key);

    /// <summary>Signs a digest into 65 bytes r | s | v, v 27 or 28.</summary>
    public byte[] SignDigest(Hash256 digest)
    {
        byte[] signature = new byte[PersonalMessage.SignatureSize];
        return PersonalMessage.TrySign(digest, Key, signature) ? signature : throw new DsdnException(ErrorCodes.KeyMalformed, ErrorClass.Key);
    }

    /// <summary>What wraps the keys of this wallet's files; from the private key alone, so that a seed phrase brings them back.</summary>
    public WalletKeys DeriveFileKeys() => WalletKeys.From(Key);

    /// <summary>The private key as 0x text. Its one use is an export the user asked for.</summary>
    public string RevealPrivateKey() => Hex.Encode(Key);

    /// <summary>The address only.</summary>
    public override string ToString() => AddressText.Checksum(Address);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_privateKey);
        _disposed = true;
    }

    private ReadOnlySpan<byte> Key
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _privateKey;
        }
    }
}
