using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Committee;

internal static class CommitteeErrors
{
    public static readonly ErrorDeclaration NoCommittee = new(
        "error NoCommittee()", "DSDN-E-COMMITTEE-NONE", "The genesis of this chain names no committee: it has no log.");

    public static readonly ErrorDeclaration NoAnchor = new(
        "error NoAnchor()", "DSDN-E-COMMITTEE-NO-ANCHOR", "No anchor of the log was taken yet.");

    public static readonly ErrorDeclaration UnknownAnchor = new(
        "error UnknownAnchor(uint64 index, uint64 first, uint64 last)", "DSDN-E-COMMITTEE-ANCHOR-UNKNOWN", "Anchors of these indexes are kept, and not this one.");

    public static readonly ErrorDeclaration InvalidAnchor = new(
        "error InvalidAnchor()", "DSDN-E-COMMITTEE-ANCHOR", "The sequence is not 0, core hash and state root are not zero, and DA height and data root are zero together.");

    public static readonly ErrorDeclaration AlreadyAnchored = new(
        "error AlreadyAnchored(uint64 seq, bytes32 coreHash)", "DSDN-E-COMMITTEE-ALREADY-ANCHORED", "The last anchor is of this sequence; its core hash is given.");

    public static readonly ErrorDeclaration StaleAnchor = new(
        "error StaleAnchor(uint64 seq, uint64 last)", "DSDN-E-COMMITTEE-STALE", "The last anchor is of a later sequence.");

    public static readonly ErrorDeclaration WrongSigners = new(
        "error WrongSigners(uint64 validators, uint64 signatures)", "DSDN-E-COMMITTEE-SIGNERS",
        "The bitmap is not one of a set of that many validators, or not one of that many signatures of 64 bytes.");

    public static readonly ErrorDeclaration TooLittlePower = new(
        "error TooLittlePower(uint64 signed, uint64 total)", "DSDN-E-COMMITTEE-POWER", "More than two thirds of the voting power sign an anchor.");

    public static readonly ErrorDeclaration WrongSignature = new(
        "error WrongSignature(uint64 epoch, bytes32 validatorSet)", "DSDN-E-COMMITTEE-SIGNATURE",
        "A signature does not hold for this epoch and validator set, nor for those that were in force shortly before.");

    public static readonly IReadOnlyList<ErrorDeclaration> All = [
        NoCommittee, NoAnchor, UnknownAnchor, InvalidAnchor, AlreadyAnchored, StaleAnchor, WrongSigners, TooLittlePower, WrongSignature];
}
