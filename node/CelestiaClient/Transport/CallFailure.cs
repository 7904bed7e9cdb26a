using Dsdn.Celestia.Rpc;

namespace Dsdn.CelestiaClient.Transport;

/// <summary>How a call over the network failed, and what that says about what the node did.</summary>
/// <param name="Fault">Of the node's answer; null where there was none.</param>
/// <param name="IsCertain">The node certainly did not act on the request, or said what it did: the answer is the whole truth.</param>
internal readonly record struct CallFailure(DaFailure Failure, CallFault? Fault, bool IsCertain)
{
    /// <summary>What a read does about it.</summary>
    public CallAction Action => Fault is { } fault ? CallErrors.ActionOf(fault) : CallAction.Retry;

    public static CallFailure Of(CallError error, string endpoint) => new(DaFailure.Of(error, endpoint), error.Fault, IsCertainly(error));

    public static CallFailure Of(DaFailure failure) => new(failure, null, true);

    /// <summary>Protocol errors come before the method runs, and status codes before that; a text that nobody knows may come from anywhere within it.</summary>
    private static bool IsCertainly(CallError error) => error.Fault switch
    {
        CallFault.UnknownOutcome or CallFault.InMempool or CallFault.Other or CallFault.Malformed => false,
        _ => true,
    };
}
