using Dsdn.Chain.Execution.Kernel;
using Dsdn.Modules.Staking.Published;

namespace Dsdn.Modules.Committee;

/// <summary>Module 2: who decides the log's batches, and what the chain knows of the log.</summary>
internal static class CommitteeModule
{
    private const string AnchorFields =
        "(uint64 index, uint64 seq, uint64 epoch, bytes32 validatorSet, bytes32 coreHash, bytes32 stateRoot, uint64 daHeight, bytes32 daDataRoot, uint64 height, uint64 timeMs, uint64 signedPower, uint64 totalPower, address submitter)";

    public static readonly Method Anchor = Method.Of<TakeAnchor>(
        "function anchor(uint64 seq, bytes32 coreHash, bytes32 stateRoot, uint64 daHeight, bytes32 daDataRoot, bytes bitmap, bytes signatures) returns (uint64 index)",
        "Takes over an anchor of the log. The signatures, 64 bytes each in the order of the bitmap's bits, are those of validators with more than two thirds of the power over the running epoch's statement; DA height and data root may both be zero.",
        TakeAnchor.GasMax, Permission.Anyone);

    public static readonly ModuleDeclaration Declaration = new()
    {
        Number = CommitteeState.Module,
        Name = "Committee",
        Summary = "The committee that decides the batches of the log, and the anchors of the log that validators attest: sequence, state root, and where it lies.",
        Methods = [
            Anchor,
            Method.View("function committee() view returns (uint64 epoch, uint8 t, uint8 n, bytes32 groupKey, (address validator, bytes32 key, bytes32 exchangeKey, bytes32 share)[] members, uint64 startMs, uint64 endMs, bytes32 seed, bytes32 hash)",
                "The committee in force. An end of 2^64-1 is none.", 140_000, CommitteeQueries.Committee),
            Method.View("function lastAnchor() view returns (" + AnchorFields + " anchor)", "The last anchor.", 9_000, CommitteeQueries.LastAnchor),
            Method.View("function anchorAt(uint64 index) view returns (" + AnchorFields + " anchor)", "One of the anchors that are kept; indexes rise by one.", 9_000, CommitteeQueries.AnchorAt),
            Method.View("function feed() view returns (uint64 sequence, bytes32 feed)", "Number of records for the log and the hash chain over them.", 6_000, CommitteeQueries.Feed),
            Method.View("function params() view returns (uint64 anchorsKept, uint64 graceBlocks)", "The parameters in force.", 5_000, CommitteeQueries.Params),
        ],
        Events = CommitteeEvents.All,
        Errors = CommitteeErrors.All,
        Tables = CommitteeState.All,
        Invariants = CommitteeInvariants.All,
        Uses = [VotingSets.Module],
    };
}
