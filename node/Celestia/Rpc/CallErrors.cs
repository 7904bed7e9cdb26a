namespace Dsdn.Celestia.Rpc;

/// <summary>
/// Classifies error texts by what they contain: celestia-node has no typed errors. The texts that name what happened to a transaction come before
/// those that only wrap them, and more telling ones before general ones. An unknown text may be retried.
/// </summary>
public static class CallErrors
{
    private const int ParseErrorCode = -32700, UnknownMethodCode = -32601, ParamsCode = -32602, InvalidRequestCode = -32600;

    private static readonly (string Text, CallFault Fault)[] Texts =
    [
        (ErrorText.BlobNotFound, CallFault.NotFound),
        (ErrorText.FromTheFuture, CallFault.FutureHeight),
        (ErrorText.Syncing, CallFault.Syncing),
        (ErrorText.BelowTail, CallFault.Pruned),
        (ErrorText.OutsideWindow, CallFault.Pruned),
        (ErrorText.HeightZero, CallFault.BadHeight),
        (ErrorText.HeaderNotFound, CallFault.BadHeight),
        (ErrorText.IncompleteBlob, CallFault.IncompleteNamespace),
        (ErrorText.NoStateAccess, CallFault.NoStateAccess),
        (ErrorText.SequenceMismatch, CallFault.SequenceMismatch),
        (ErrorText.IncorrectSequence, CallFault.SequenceMismatch),
        (ErrorText.InsufficientGasPrice, CallFault.PriceTooLow),
        (ErrorText.InsufficientFee, CallFault.PriceTooLow),
        (ErrorText.PriceAboveMaximum, CallFault.PriceTooHigh),
        (ErrorText.InsufficientFunds, CallFault.InsufficientFunds),
        (ErrorText.InMempool, CallFault.InMempool),
        (ErrorText.MempoolFull, CallFault.MempoolFull),
        (ErrorText.TransactionTooLarge, CallFault.TooLarge),
        (ErrorText.BlobsTooLarge, CallFault.TooLarge),
        (ErrorText.OverSizeLimit, CallFault.TooLarge),
        (ErrorText.RequestTooLarge, CallFault.TooLarge),
        (ErrorText.InvalidBlobSigner, CallFault.InvalidSigner),
        (ErrorText.InclusionTimeout, CallFault.UnknownOutcome),
        (ErrorText.EvictionTimeout, CallFault.UnknownOutcome),
        (ErrorText.DeadlineExceeded, CallFault.UnknownOutcome),
        (ErrorText.MissingPermission, CallFault.Forbidden),
    ];

    /// <summary>Codes of the chain that stand in wrapping texts, for those whose log says nothing of the above.</summary>
    private static readonly (string Text, CallFault Fault)[] ChainCodes =
    [
        ("code: 32", CallFault.SequenceMismatch), ("code: 13", CallFault.PriceTooLow), ("code: 5 ", CallFault.InsufficientFunds), ("code: 19", CallFault.InMempool),
        ("code: 20", CallFault.MempoolFull), ("code: 11142", CallFault.TooLarge), ("code: 11139", CallFault.TooLarge), ("code: 11140", CallFault.InvalidSigner),
    ];

    public static CallFault Classify(int code, string message)
    {
        foreach ((string text, CallFault fault) in Texts)
            if (message.Contains(text, StringComparison.Ordinal)) return fault;
        if (message.Contains(ErrorText.AccountOfSigner, StringComparison.Ordinal) && message.Contains(ErrorText.AccountNotFound, StringComparison.Ordinal)) return CallFault.NoAccount;
        bool isWrapped = message.Contains(ErrorText.RejectedByNode, StringComparison.Ordinal) || message.Contains(ErrorText.BroadcastError, StringComparison.Ordinal);
        if (isWrapped)
        {
            // The code may stand at the end of the text.
            foreach ((string text, CallFault fault) in ChainCodes)
                if ((message + " ").Contains(text, StringComparison.Ordinal)) return fault;
            return CallFault.Rejected;
        }
        return code switch
        {
            UnknownMethodCode => CallFault.UnknownMethod,
            ParseErrorCode or ParamsCode or InvalidRequestCode => CallFault.BadRequest,
            _ => CallFault.Other,
        };
    }

    public static CallAction ActionOf(CallFault fault) => fault switch
    {
        CallFault.FutureHeight or CallFault.InMempool or CallFault.MempoolFull => CallAction.Wait,
        CallFault.Syncing or CallFault.Pruned or CallFault.IncompleteNamespace or CallFault.Malformed or CallFault.UnknownMethod => CallAction.AskElsewhere,
        CallFault.UnknownOutcome => CallAction.LookBeforeRetry,
        CallFault.TooLarge => CallAction.Split,
        CallFault.PriceTooLow => CallAction.RaisePrice,
        CallFault.NoStateAccess or CallFault.NoAccount or CallFault.InsufficientFunds or CallFault.PriceTooHigh or CallFault.Unauthorized or CallFault.Forbidden => CallAction.Operator,
        CallFault.NotFound or CallFault.BadHeight or CallFault.InvalidSigner or CallFault.BadRequest or CallFault.Rejected => CallAction.GiveUp,
        _ => CallAction.Retry,
    };

    public static string CodeOf(CallFault fault) => fault switch
    {
        CallFault.NotFound => "DSDN-E-DA-CALL-NOT-FOUND",
        CallFault.FutureHeight => "DSDN-E-DA-CALL-FUTURE",
        CallFault.Syncing => "DSDN-E-DA-CALL-SYNCING",
        CallFault.Pruned => "DSDN-E-DA-CALL-PRUNED",
        CallFault.BadHeight => "DSDN-E-DA-CALL-HEIGHT",
        CallFault.IncompleteNamespace => "DSDN-E-DA-CALL-INCOMPLETE",
        CallFault.NoStateAccess => "DSDN-E-DA-CALL-NO-STATE",
        CallFault.NoAccount => "DSDN-E-DA-CALL-NO-ACCOUNT",
        CallFault.SequenceMismatch => "DSDN-E-DA-CALL-SEQUENCE",
        CallFault.PriceTooLow => "DSDN-E-DA-CALL-PRICE-LOW",
        CallFault.PriceTooHigh => "DSDN-E-DA-CALL-PRICE-HIGH",
        CallFault.InsufficientFunds => "DSDN-E-DA-CALL-FUNDS",
        CallFault.InMempool => "DSDN-E-DA-CALL-IN-MEMPOOL",
        CallFault.MempoolFull => "DSDN-E-DA-CALL-MEMPOOL-FULL",
        CallFault.TooLarge => "DSDN-E-DA-CALL-TOO-LARGE",
        CallFault.InvalidSigner => "DSDN-E-DA-CALL-SIGNER",
        CallFault.UnknownOutcome => "DSDN-E-DA-CALL-UNKNOWN-OUTCOME",
        CallFault.Rejected => "DSDN-E-DA-CALL-REJECTED",
        CallFault.BadRequest => "DSDN-E-DA-CALL-REQUEST",
        CallFault.UnknownMethod => "DSDN-E-DA-CALL-METHOD",
        CallFault.Unauthorized => "DSDN-E-DA-CALL-TOKEN",
        CallFault.Forbidden => "DSDN-E-DA-CALL-PERMISSION",
        CallFault.RateLimited => "DSDN-E-DA-CALL-RATE",
        CallFault.Busy => "DSDN-E-DA-CALL-BUSY",
        CallFault.Malformed => "DSDN-E-DA-CALL-MALFORMED",
        _ => "DSDN-E-DA-CALL-OTHER",
    };
}
