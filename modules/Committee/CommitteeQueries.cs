using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution.Kernel;
using LogCommittee = Dsdn.Chain.Log.Committees.Committee;

namespace Dsdn.Modules.Committee;

internal static class CommitteeQueries
{
    public static Outcome Committee(ModuleContext context, Arguments arguments)
    {
        if (CommitteeState.Committee.Find(context, default) is not { } row) return CommitteeErrors.NoCommittee.With();
        LogCommittee committee = row.Seeded(context.Block.GenesisHash);
        AbiValue[] members = [.. committee.Members.Select(static member => AbiValue.OfList(member.Validator, member.Key, member.ExchangeKey, member.VerificationShare))];
        return Outcome.Return(
            committee.Epoch, (ulong)committee.Threshold, (ulong)members.Length, committee.GroupKey, AbiValue.OfList(members), committee.StartMs, committee.EndMs,
            committee.Seed, committee.Hash);
    }

    public static Outcome LastAnchor(ModuleContext context, Arguments arguments) =>
        CommitteeLedger.Last(context) is { } row ? Outcome.Return(Describe(CommitteeLedger.LastIndex(context), row)) : CommitteeErrors.NoAnchor.With();

    public static Outcome AnchorAt(ModuleContext context, Arguments arguments)
    {
        ulong index = arguments.UInt64(0);
        if (CommitteeState.Anchors.Find(context, new NumberKey(index)) is { } row) return Outcome.Return(Describe(index, row));
        ulong last = CommitteeLedger.LastIndex(context);
        if (last == 0 || CommitteeState.Params.Find(context, default) is not { } parameters) return CommitteeErrors.NoAnchor.With();
        return CommitteeErrors.UnknownAnchor.With(index, CommitteeLedger.FirstKept(parameters, last), last);
    }

    public static Outcome Feed(ModuleContext context, Arguments arguments) =>
        Outcome.Return(CommitteeState.FeedSequence.Get(context, default), CommitteeState.Feed.Get(context, default));

    public static Outcome Params(ModuleContext context, Arguments arguments) =>
        CommitteeState.Params.Find(context, default) is { } parameters
            ? Outcome.Return(parameters.AnchorsKept, parameters.GraceBlocks)
            : CommitteeErrors.NoCommittee.With();

    private static AbiValue Describe(ulong index, AnchorRow row) => AbiValue.OfList(
        index, row.Anchor.Seq, row.Anchor.Epoch, row.Anchor.ValidatorSetHash, row.Anchor.CoreHash, row.Anchor.StateRoot, row.Anchor.DaHeight,
        row.Anchor.DaDataRoot, row.Height, row.TimeMs, row.SignedPower, row.TotalPower, row.Submitter);
}
