using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Nodes;

internal static class NodesErrors
{
    public static readonly ErrorDeclaration UnknownNode = new(
        "error UnknownNode(bytes32 nodeId)", "DSDN-E-NODES-UNKNOWN", "No node is registered under this id.");

    public static readonly ErrorDeclaration AlreadyRegistered = new(
        "error AlreadyRegistered(bytes32 nodeId, address operator)", "DSDN-E-NODES-REGISTERED", "The id is, or was, registered; an id serves once.");

    public static readonly ErrorDeclaration NotOperator = new(
        "error NotOperator(bytes32 nodeId, address operator)", "DSDN-E-NODES-NOT-OPERATOR", "Only the node's operator may do this.");

    public static readonly ErrorDeclaration InvalidClass = new(
        "error InvalidClass(uint8 class)", "DSDN-E-NODES-CLASS", "Classes are 0 (Regular) and 1 (DataCenter).");

    public static readonly ErrorDeclaration InsufficientStake = new(
        "error InsufficientStake(uint256 required, uint256 given)", "DSDN-E-NODES-STAKE", "The stake is below the minimum of the class.");

    public static readonly ErrorDeclaration InvalidNodeId = new(
        "error InvalidNodeId(bytes32 nodeId)", "DSDN-E-NODES-ID", "Not a canonical Ed25519 public key of prime order.");

    public static readonly ErrorDeclaration InvalidProof = new(
        "error InvalidProof(bytes32 nodeId)", "DSDN-E-NODES-PROOF", "The signature does not prove that the caller holds this id.");

    public static readonly ErrorDeclaration InvalidFingerprint = new(
        "error InvalidFingerprint()", "DSDN-E-NODES-FINGERPRINT", "The TLS fingerprint is zero; it is the SHA-256 of the certificate's public key information.");

    public static readonly ErrorDeclaration TooManyNodes = new(
        "error TooManyNodes(uint256 maximum)", "DSDN-E-NODES-TOO-MANY", "An operator runs at most this many nodes.");

    public static readonly ErrorDeclaration WrongStatus = new(
        "error WrongStatus(bytes32 nodeId, uint8 status)", "DSDN-E-NODES-STATUS", "The node's status does not allow this.");

    public static readonly ErrorDeclaration CooldownActive = new(
        "error CooldownActive(bytes32 nodeId, uint64 untilMs)", "DSDN-E-NODES-COOLDOWN", "The node is in a cooldown after a slash.");

    public static readonly ErrorDeclaration ExitNotDue = new(
        "error ExitNotDue(bytes32 nodeId, uint64 dueMs)", "DSDN-E-NODES-EXIT", "The unbonding time of the node's stake is not over.");

    public static readonly ErrorDeclaration NothingAdded = new(
        "error NothingAdded()", "DSDN-E-NODES-NOTHING-ADDED", "A top-up carries value.");

    public static readonly ErrorDeclaration PageTooLarge = new(
        "error PageTooLarge(uint256 maximum)", "DSDN-E-NODES-PAGE", "A page has 1 to this many rows.");

    public static readonly IReadOnlyList<ErrorDeclaration> All = [
        UnknownNode, AlreadyRegistered, NotOperator, InvalidClass, InsufficientStake, InvalidNodeId, InvalidProof, InvalidFingerprint,
        TooManyNodes, WrongStatus, CooldownActive, ExitNotDue, NothingAdded, PageTooLarge];
}
