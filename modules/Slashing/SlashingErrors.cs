using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Slashing;

internal static class SlashingErrors
{
    public static readonly ErrorDeclaration NeverPunished = new(
        "error NeverPunished(address operator)", "DSDN-E-SLASHING-NEVER-PUNISHED", "No validator of this operator was ever punished for what it signed.");

    public static readonly ErrorDeclaration PageTooLarge = new(
        "error PageTooLarge(uint256 maximum)", "DSDN-E-SLASHING-PAGE", "A page has 1 to this many rows.");

    public static readonly ErrorDeclaration UnknownNode = new(
        "error UnknownNode(bytes32 nodeId)", "DSDN-E-SLASHING-NODE", "No node has this id, or it has left.");

    public static readonly ErrorDeclaration AlreadyReported = new(
        "error AlreadyReported(bytes32 nodeId, uint64 audit)", "DSDN-E-SLASHING-REPORTED", "This audit of the node, or a later one, was reported.");

    public static readonly ErrorDeclaration UnknownAnchor = new(
        "error UnknownAnchor(uint64 index)", "DSDN-E-SLASHING-ANCHOR", "No anchor of the log of this index is kept.");

    public static readonly ErrorDeclaration WrongProof = new(
        "error WrongProof()", "DSDN-E-SLASHING-PROOF", "The proof does not show this of the node under the anchored root, or the two answers do not contradict each other.");

    public static readonly ErrorDeclaration NotYet = new(
        "error NotYet(uint8 kind, uint32 inARow, uint64 sinceMs)", "DSDN-E-SLASHING-NOT-YET",
        "A node is reported after twelve hours of silence, or two wrong audits in a row, counted from the last report.");

    public static readonly IReadOnlyList<ErrorDeclaration> All = [NeverPunished, PageTooLarge, UnknownNode, AlreadyReported, UnknownAnchor, WrongProof, NotYet];
}
