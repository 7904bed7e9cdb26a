namespace Dsdn.Chain.Transactions;

/// <summary>Why a transaction cannot be decoded, is not valid here, or has no sender: our stable code and geth's words.</summary>
public sealed record TransactionFault(string Code, string Message)
{
    public static readonly TransactionFault TooShort = new("DSDN-E-TX-SHORT", "typed transaction too short");
    public static readonly TransactionFault TypeNotSupported = new("DSDN-E-TX-TYPE", "transaction type not supported");
    public static readonly TransactionFault BlobWithoutSidecar = new("DSDN-E-TX-TYPE", "missing sidecar in blob transaction");
    public static readonly TransactionFault NoAuthorizations = new("DSDN-E-TX-TYPE", "set code tx must have at least one authorization tuple");
    public static readonly TransactionFault FeeCapTooWide = new("DSDN-E-TX-FEE-WIDTH", "max fee per gas higher than 2^256-1");
    public static readonly TransactionFault TipCapTooWide = new("DSDN-E-TX-FEE-WIDTH", "max priority fee per gas higher than 2^256-1");
    public static readonly TransactionFault TipAboveFeeCap = new("DSDN-E-TX-TIP", "max priority fee per gas higher than max fee per gas");
    public static readonly TransactionFault Unprotected = new("DSDN-E-TX-UNPROTECTED", "only replay-protected (EIP-155) transactions allowed over RPC");
    public static readonly TransactionFault AboveBlockGas = new("DSDN-E-TX-BLOCK-GAS", "exceeds block gas limit");
    public static readonly TransactionFault NonceMax = new("DSDN-E-TX-NONCE-MAX", "nonce has max value");
    public static readonly TransactionFault Creation = new("DSDN-E-TX-CREATION", "contract creation not supported");
    public static readonly TransactionFault InvalidSignature = new("DSDN-E-TX-SIGNATURE", "invalid sender: invalid transaction v, r, s values");
    public static readonly TransactionFault NotRecoverable = new("DSDN-E-TX-SIGNATURE", "invalid sender: recovery failed");
}
