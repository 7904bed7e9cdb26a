using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Agreements;

/// <summary>registerSession(key, scopes, expiresMs): the key may sign events of the log for the caller. Again for a key that is registered, it replaces scopes and end.</summary>
internal readonly record struct RegisterSession(Address Key, ulong Scopes, ulong ExpiresMs) : IMessage<RegisterSession>
{
    public static RegisterSession Read(Arguments arguments) => new(arguments.Address(0), arguments.UInt64(1), arguments.UInt64(2));

    public Outcome Check(in CallFacts call) =>
        Key.IsZero || Key == call.Caller || Scopes is 0 or > (ulong)SessionScopes.All ? AgreementsErrors.InvalidSession.With(Key, Scopes) : Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        if (AgreementsState.Params.Find(context, default) is not { } parameters) return AgreementsErrors.NoAgreements.With();
        ulong latestMs = context.Block.TimeMs + parameters.SessionMsMax;
        if (ExpiresMs <= context.Block.TimeMs || ExpiresMs > latestMs) return AgreementsErrors.InvalidExpiry.With(ExpiresMs, latestMs);
        SessionScopes scopes = (SessionScopes)(Scopes & 0xff);
        AgreementsState.Sessions.Set(context, new AddressPairKey(context.Caller, Key), new SessionRow(scopes, ExpiresMs));
        if (!AgreementsLedger.ExtendFeed(context, new SessionChanged(context.Caller, Key, scopes, ExpiresMs))) return AgreementsErrors.FeedFull.With(AgreementsLedger.FeedBytesMax);
        context.Emit(AgreementsEvents.SessionRegistered, context.Caller, Key, Scopes, ExpiresMs);
        return Outcome.Done;
    }
}

/// <summary>revokeSession(key): at once on the chain; in the log from the batch that takes this block over.</summary>
internal readonly record struct RevokeSession(Address Key) : IMessage<RevokeSession>
{
    public static RevokeSession Read(Arguments arguments) => new(arguments.Address(0));

    public Outcome Check(in CallFacts call) => Outcome.Done;

    public Outcome Execute(ModuleContext context)
    {
        AddressPairKey key = new(context.Caller, Key);
        if (!AgreementsState.Sessions.Contains(context, key)) return AgreementsErrors.UnknownSession.With(context.Caller, Key);
        AgreementsState.Sessions.Delete(context, key);
        if (!AgreementsLedger.ExtendFeed(context, new SessionChanged(context.Caller, Key, SessionScopes.None, 0))) return AgreementsErrors.FeedFull.With(AgreementsLedger.FeedBytesMax);
        context.Emit(AgreementsEvents.SessionRevoked, context.Caller, Key);
        return Outcome.Done;
    }
}
