namespace Dsdn.Sdk.Errors;

/// <summary>Every code the SDK and the command line raise themselves. Codes are never renamed or reused; a node adds its own.</summary>
public static class ErrorCodes
{
    // Reaching a node.
    public const string Unreachable = "DSDN-E-RPC-UNREACHABLE";
    /// <summary>The connection broke after the request left; a write may have arrived.</summary>
    public const string ConnectionLost = "DSDN-E-RPC-LOST";
    public const string Timeout = "DSDN-E-RPC-TIMEOUT";
    public const string BadReply = "DSDN-E-RPC-REPLY";
    public const string RpcError = "DSDN-E-RPC-ERROR";
    public const string MethodMissing = "DSDN-E-RPC-METHOD";
    public const string SubscriptionLost = "DSDN-E-RPC-SUBSCRIPTION";

    // Transactions.
    public const string Reverted = "DSDN-E-TX-REVERTED";
    public const string TransactionFailed = "DSDN-E-TX-FAILED";
    public const string TransactionRefused = "DSDN-E-TX-REFUSED";
    public const string OutcomeUnknown = "DSDN-E-TX-OUTCOME-UNKNOWN";
    public const string ReceiptTimeout = "DSDN-E-TX-NO-RECEIPT";
    public const string InsufficientFunds = "DSDN-E-TX-FUNDS";
    public const string NonceTooLow = "DSDN-E-TX-NONCE-LOW";
    public const string Underpriced = "DSDN-E-TX-UNDERPRICED";
    public const string NotFound = "DSDN-E-NOT-FOUND";
    public const string WrongChain = "DSDN-E-WRONG-CHAIN";

    // Input.
    public const string Usage = "DSDN-E-USAGE";
    public const string UnknownCommand = "DSDN-E-USAGE-COMMAND";
    public const string UnknownOption = "DSDN-E-USAGE-OPTION";
    public const string MissingArgument = "DSDN-E-USAGE-MISSING";
    /// <summary>An option or argument of a command with a value it does not take: which, what it takes, the value.</summary>
    public const string OptionValue = "DSDN-E-USAGE-VALUE";
    public const string AmountSyntax = "DSDN-E-AMOUNT-SYNTAX";
    public const string AmountUnit = "DSDN-E-AMOUNT-UNIT";
    public const string AmountDecimals = "DSDN-E-AMOUNT-DECIMALS";
    public const string AmountRange = "DSDN-E-AMOUNT-RANGE";
    public const string SizeSyntax = "DSDN-E-SIZE-SYNTAX";
    public const string DurationSyntax = "DSDN-E-DURATION-SYNTAX";
    public const string AddressSyntax = "DSDN-E-ADDRESS-SYNTAX";
    public const string AddressChecksum = "DSDN-E-ADDRESS-CHECKSUM";
    public const string HashSyntax = "DSDN-E-HASH-SYNTAX";
    public const string BlockSyntax = "DSDN-E-BLOCK-SYNTAX";
    public const string UrlSyntax = "DSDN-E-URL-SYNTAX";
    public const string ModuleUnknown = "DSDN-E-MODULE-UNKNOWN";
    public const string MethodUnknown = "DSDN-E-METHOD-UNKNOWN";
    public const string ArgumentCount = "DSDN-E-METHOD-ARGUMENTS";
    public const string ArgumentValue = "DSDN-E-METHOD-ARGUMENT";
    public const string MethodIsView = "DSDN-E-METHOD-VIEW";
    public const string MethodNotPayable = "DSDN-E-METHOD-NOT-PAYABLE";
    public const string ConfirmationNeeded = "DSDN-E-CONFIRM";
    public const string Declined = "DSDN-E-DECLINED";
    public const string FileMissing = "DSDN-E-FILE-MISSING";
    public const string FileUnusable = "DSDN-E-FILE";
    public const string FileTooLarge = "DSDN-E-FILE-SIZE";
    public const string DevnetOnly = "DSDN-E-DEVNET-ONLY";
    public const string SystemPartMissing = "DSDN-E-SYSTEM";

    // Keys.
    public const string KeyUnknown = "DSDN-E-KEY-UNKNOWN";
    public const string KeyNone = "DSDN-E-KEY-NONE";
    public const string KeyAmbiguous = "DSDN-E-KEY-AMBIGUOUS";
    public const string KeyExists = "DSDN-E-KEY-EXISTS";
    public const string KeyName = "DSDN-E-KEY-NAME";
    public const string KeyMalformed = "DSDN-E-KEY-MALFORMED";
    public const string KeyFileMissing = "DSDN-E-KEY-FILE-MISSING";
    public const string KeyType = "DSDN-E-KEY-TYPE";
    public const string PasswordWrong = "DSDN-E-KEY-PASSWORD";
    public const string PasswordMissing = "DSDN-E-KEY-PASSWORD-MISSING";
    public const string PasswordMismatch = "DSDN-E-KEY-PASSWORD-MISMATCH";
    public const string PasswordShort = "DSDN-E-KEY-PASSWORD-SHORT";
    public const string KeyExposed = "DSDN-E-KEY-EXPOSED";

    /// <summary>A recovery share that cannot be used: which, why.</summary>
    public const string ShareInvalid = "DSDN-E-RECOVERY-SHARE";
    /// <summary>Shares that do not give a secret together: why.</summary>
    public const string SharesUnfit = "DSDN-E-RECOVERY-SHARES";

    // Verification.
    public const string ProofInvalid = "DSDN-E-PROOF";
    public const string CertificateInvalid = "DSDN-E-CERTIFICATE";
    public const string HeaderInvalid = "DSDN-E-HEADER";
    public const string TrustSyntax = "DSDN-E-TRUST-SYNTAX";
    public const string LightMalformed = "DSDN-E-LIGHT-MALFORMED";
    public const string LightCertificate = "DSDN-E-LIGHT-CERTIFICATE";
    public const string LightOrder = "DSDN-E-LIGHT-ORDER";
    public const string LightFuture = "DSDN-E-LIGHT-FUTURE";
    public const string LightExpired = "DSDN-E-LIGHT-EXPIRED";
    public const string LightValidators = "DSDN-E-LIGHT-VALIDATORS";
    public const string LightTrust = "DSDN-E-LIGHT-TRUST";
    public const string LightHash = "DSDN-E-LIGHT-HASH";
    public const string LightUnavailable = "DSDN-E-LIGHT-UNAVAILABLE";
    public const string KeystoreCorrupt = "DSDN-E-KEYSTORE";

    /// <summary>Our own bug; the only code whose details are an exception's text.</summary>
    public const string Internal = "DSDN-E-INTERNAL";
}
