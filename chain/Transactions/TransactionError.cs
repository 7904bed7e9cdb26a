namespace Dsdn.Chain.Transactions;

/// <summary>Why a transaction cannot be decoded, is not valid here, or has no sender: our stable code and geth's words.</summary>
public sealed record TransactionError(string Code, string Message)
{
    public static readonly TransactionError TooShort = new("DSDN-E-TX-SHORT", "typed transaction too short");
    public static readonly TransactionError TypeNotSupported = new("DSDN-E-TX-TYPE", "transaction type not supported");
    public static readonly TransactionError BlobWithoutSidecar = new("DSDN-E-TX-TYPE", "missing sidecar in blob transaction");
    public static readonly TransactionError NoAuthorizations = new("DSDN-E-TX-TYPE", "set code tx must have at least one authorization tuple");
    public static readonly TransactionError FeeCapTooWide = new("DSDN-E-TX-FEE-WIDTH", "max fee per gas higher than 2^256-1");
    public static readonly TransactionError TipCapTooWide = new("DSDN-E-TX-FEE-WIDTH", "max priority fee per gas higher than 2^256-1");
    public static readonly TransactionError TipAboveFeeCap = new("DSDN-E-TX-TIP", "max priority fee per gas higher than max fee per gas");
    public static readonly TransactionError Unprotected = new("DSDN-E-TX-UNPROTECTED", "only replay-protected (EIP-155) transactions allowed over RPC");
    public static readonly TransactionError AboveBlockGas = new("DSDN-E-TX-BLOCK-GAS", "exceeds block gas limit");
    public static readonly TransactionError NonceMax = new("DSDN-E-TX-NONCE-MAX", "nonce has max value");
    public static readonly TransactionError Creation = new("DSDN-E-TX-CREATION", "contract creation not supported");
    public static readonly TransactionError InvalidSignature = new("DSDN-E-TX-SIGNATURE", "invalid sender: invalid transaction v, r, s values");
    public static readonly TransactionError NotRecoverable = new("DSDN-E-TX-SIGNATURE", "invalid sender: recovery failed");
}
