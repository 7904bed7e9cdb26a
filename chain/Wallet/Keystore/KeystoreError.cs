namespace Dsdn.Chain.Wallet.Keystore;

/// <summary>Why a key file could not be opened. Stable: <see cref="KeystoreErrors.Code"/> names each one.</summary>
public enum KeystoreError
{
    None = 0,

    /// <summary>Not JSON, too large, or a field is missing or of the wrong shape.</summary>
    Malformed,

    /// <summary>A version or format this program does not know.</summary>
    VersionNotSupported,

    /// <summary>A key derivation or its settings this program does not know.</summary>
    KdfNotSupported,

    /// <summary>A cipher this program does not know.</summary>
    CipherNotSupported,

    /// <summary>Derivation costs outside what an honest file needs.</summary>
    KdfTooCostly,

    /// <summary>The authentication code does not match: a wrong password, or a damaged file.</summary>
    PasswordWrong,

    /// <summary>Opened, but what is inside is not a valid key, or not the one the file names.</summary>
    KeyInvalid,
}

/// <summary>The stable text of each error.</summary>
public static class KeystoreErrors
{
    public static string Code(this KeystoreError error) => error switch
    {
        KeystoreError.None => "",
        KeystoreError.Malformed => "DSDN-E-KEY-MALFORMED",
        KeystoreError.VersionNotSupported => "DSDN-E-KEY-VERSION",
        KeystoreError.KdfNotSupported => "DSDN-E-KEY-KDF",
        KeystoreError.CipherNotSupported => "DSDN-E-KEY-CIPHER",
        KeystoreError.KdfTooCostly => "DSDN-E-KEY-TOO-COSTLY",
        KeystoreError.PasswordWrong => "DSDN-E-KEY-PASSWORD",
        _ => "DSDN-E-KEY-INVALID",
    };
}
