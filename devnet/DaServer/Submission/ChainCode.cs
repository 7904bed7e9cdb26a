namespace Dsdn.DaServer.Submission;

/// <summary>Codes of Cosmos SDK and of celestia-app that a transaction is refused with.</summary>
internal static class ChainCode
{
    public const int InsufficientFunds = 5, OutOfGas = 11, InsufficientFee = 13, InMempool = 19, MempoolFull = 20, WrongSequence = 32, BlobsTooLarge = 11_139, InvalidBlobSigner = 11_140, TransactionTooLarge = 11_142;
}

/// <summary>Why the chain refuses a transaction.</summary>
internal readonly record struct Refusal(int Code, string Log);
