using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Transport;

namespace Dsdn.CelestiaClient.Submitting;

/// <summary>What a node's refusal of a submit means, and whether another node may take it.</summary>
internal static class RefusalTable
{
    /// <summary>Nothing happened there, and elsewhere it may be different.</summary>
    public static bool IsForAnotherEndpoint(CallFailure failure) => failure.Failure.Code == DaCodes.Unreachable || failure.Fault is
        CallFault.Unauthorized or CallFault.Forbidden or CallFault.NoStateAccess or CallFault.NoAccount or CallFault.Busy or CallFault.RateLimited or CallFault.Syncing or CallFault.UnknownMethod;

    /// <param name="blockMs">How long a block takes: mempools empty by blocks.</param>
    public static SubmitOutcome.Refused Refusal(CallFailure failure, ulong blockMs)
    {
        (SubmitRefusal reason, bool isTerminal, ulong retryMs) = failure.Fault switch
        {
            CallFault.TooLarge => (SubmitRefusal.TooBig, true, 0UL),
            CallFault.InvalidSigner or CallFault.BadRequest => (SubmitRefusal.BadBlobs, true, 0UL),
            CallFault.InsufficientFunds => (SubmitRefusal.OutOfFunds, false, 0UL),
            CallFault.PriceTooHigh or CallFault.PriceTooLow => (SubmitRefusal.PriceAboveMax, false, blockMs),
            CallFault.NoAccount => (SubmitRefusal.NoAccount, false, 0UL),
            CallFault.Unauthorized or CallFault.Forbidden => (SubmitRefusal.NotAllowed, false, 0UL),
            CallFault.NoStateAccess => (SubmitRefusal.NoStateAccess, false, 0UL),
            CallFault.SequenceMismatch => (SubmitRefusal.SequenceMismatch, false, blockMs),
            CallFault.MempoolFull => (SubmitRefusal.MempoolFull, false, blockMs),
            // A rejection that no table knows may depend on the state of the chain: later, but not for ever.
            CallFault.Rejected => (SubmitRefusal.Rejected, false, blockMs),
            _ => (SubmitRefusal.Unavailable, false, 0UL),
        };
        return new SubmitOutcome.Refused(failure.Failure, isTerminal, reason, retryMs);
    }
}
