using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Wallet.Keystore;
using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Accounts;

/// <summary>Keystore version 3 with this machine's randomness and the SDK's error codes.</summary>
internal static class KeystoreFile
{
    public static string Encrypt(ReadOnlySpan<byte> privateKey, string password, ScryptCost cost)
    {
        byte[] secret = Encoding.UTF8.GetBytes(password);
        try
        {
            byte[] json = Web3Keystore.Encrypt(privateKey, secret, RandomNumberGenerator.GetBytes(Web3Keystore.SaltSize),
                RandomNumberGenerator.GetBytes(Web3Keystore.IvSize), RandomNumberGenerator.GetBytes(Web3Keystore.IdSize), cost);
            return Encoding.UTF8.GetString(json) + "\n";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public static byte[] Decrypt(string json, string password)
    {
        byte[] secret = Encoding.UTF8.GetBytes(password);
        try
        {
            KeystoreError error = Web3Keystore.Decrypt(Encoding.UTF8.GetBytes(json), secret, out byte[] privateKey);
            return error == KeystoreError.None ? privateKey : throw Failure(error);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>A wrong password is the user's; everything else means that the file is not what it should be.</summary>
    public static DsdnException Failure(KeystoreError error) => error switch
    {
        KeystoreError.PasswordWrong => new DsdnException(ErrorCodes.PasswordWrong, ErrorClass.Key),
        _ => new DsdnException(ClientError.Of(ErrorCodes.KeystoreCorrupt, ErrorClass.Key).With(error.Code())),
    };
}
