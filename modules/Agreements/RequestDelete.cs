using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Agreements;

/// <summary>
/// requestDelete(agreement, scope, ids): the way past coordinators that do not take a deletion (rulings 43). The log must take over the
/// feed, and so the deletion. The chain does not know what is stored; ids that the agreement does not have are passed over there.
/// </summary>
internal readonly record struct RequestDelete(Hash256 Agreement, ulong Scope, IReadOnlyList<AbiValue> Ids) : IMessage<RequestDelete>
{
    public const int IdsMax = 64;

    public static RequestDelete Read(Arguments arguments) => new(arguments.Hash(0), arguments.UInt64(1), arguments.Value(2).Items);

    public Outcome Check(in CallFacts call)
    {
        bool fits = Scope is (ulong)DeleteScope.Chunks or (ulong)DeleteScope.Files && Ids.Count is >= 1 and <= IdsMax;
        for (int i = 1; fits && i < Ids.Count; i++) fits = Ids[i - 1].Hash.CompareTo(Ids[i].Hash) < 0;
        return fits ? Outcome.Done : AgreementsErrors.InvalidDeletion.With((ulong)IdsMax);
    }

    public Outcome Execute(ModuleContext context)
    {
        if (AgreementsState.Agreements.Find(context, new HashKey(Agreement)) is not { } row) return AgreementsErrors.UnknownAgreement.With(Agreement);
        if (row.Owner != context.Caller) return AgreementsErrors.NotOwner.With(Agreement, row.Owner);
        Hash256[] ids = new Hash256[Ids.Count];
        for (int i = 0; i < ids.Length; i++) ids[i] = Ids[i].Hash;
        DeletionForced deletion = new(new DeleteRequested(Agreement, (DeleteScope)(Scope & 0xff), ids));
        if (!AgreementsLedger.ExtendFeed(context, deletion)) return AgreementsErrors.FeedFull.With(AgreementsLedger.DeletionBytesMax);
        context.Emit(AgreementsEvents.DeletionRequested, Agreement, Scope, (ulong)ids.Length);
        return Outcome.Done;
    }
}
