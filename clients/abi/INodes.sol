// SPDX-License-Identifier: Apache-2.0
// Generated from the module's declaration; do not edit.
pragma solidity ^0.8.20;

/// The registry of service nodes: class, identity, TLS key, zone, stake and status. Class 0 is Regular, 1 DataCenter.
interface INodes {
    struct GetNodeRow {
        bytes32 nodeId;
        address operator;
        uint8 class;
        uint8 status;
        uint256 stake;
        bytes32 tlsFingerprint;
        uint16 zone;
        uint64 registeredMs;
        uint64 statusSinceMs;
        uint64 exitDueMs;
        uint64 cooldownUntilMs;
        uint64 slashes;
    }

    /// No node is registered under this id. (DSDN-E-NODES-UNKNOWN)
    error UnknownNode(bytes32 nodeId);

    /// The id is, or was, registered; an id serves once. (DSDN-E-NODES-REGISTERED)
    error AlreadyRegistered(bytes32 nodeId, address operator);

    /// Only the node's operator may do this. (DSDN-E-NODES-NOT-OPERATOR)
    error NotOperator(bytes32 nodeId, address operator);

    /// Classes are 0 (Regular) and 1 (DataCenter). (DSDN-E-NODES-CLASS)
    error InvalidClass(uint8 class);

    /// The stake is below the minimum of the class. (DSDN-E-NODES-STAKE)
    error InsufficientStake(uint256 required, uint256 given);

    /// Not a canonical Ed25519 public key of prime order. (DSDN-E-NODES-ID)
    error InvalidNodeId(bytes32 nodeId);

    /// The signature does not prove that the caller holds this id. (DSDN-E-NODES-PROOF)
    error InvalidProof(bytes32 nodeId);

    /// The TLS fingerprint is zero; it is the SHA-256 of the certificate's public key information. (DSDN-E-NODES-FINGERPRINT)
    error InvalidFingerprint();

    /// An operator runs at most this many nodes. (DSDN-E-NODES-TOO-MANY)
    error TooManyNodes(uint256 maximum);

    /// The node's status does not allow this. (DSDN-E-NODES-STATUS)
    error WrongStatus(bytes32 nodeId, uint8 status);

    /// The node is in a cooldown after a slash. (DSDN-E-NODES-COOLDOWN)
    error CooldownActive(bytes32 nodeId, uint64 untilMs);

    /// The unbonding time of the node's stake is not over. (DSDN-E-NODES-EXIT)
    error ExitNotDue(bytes32 nodeId, uint64 dueMs);

    /// A top-up carries value. (DSDN-E-NODES-NOTHING-ADDED)
    error NothingAdded();

    /// A page has 1 to this many rows. (DSDN-E-NODES-PAGE)
    error PageTooLarge(uint256 maximum);

    /// The first four bytes of the data name no method of this module (data shorter than four bytes: zero-padded). (DSDN-E-CALL-UNKNOWN-METHOD)
    error UnknownMethod(bytes4 selector);

    /// The data behind the selector are not the canonical encoding of the arguments; position counts from the selector's end. (DSDN-E-CALL-INVALID-ARGUMENTS)
    error InvalidArguments(uint256 position);

    /// An amount above 2^128-1 base units. (DSDN-E-CALL-AMOUNT-TOO-LARGE)
    error AmountTooLarge(uint256 amount);

    /// Value was sent with a method that takes none. (DSDN-E-CALL-NOT-PAYABLE)
    error NotPayable();

    /// A read-only call reached a method or step that writes. (DSDN-E-CALL-STATIC)
    error StaticCall();

    /// A node joined.
    event Registered(bytes32 indexed nodeId, address indexed operator, uint8 class, uint16 zone, uint256 stake, bytes32 tlsFingerprint);

    /// A node changed its zone or TLS key.
    event Updated(bytes32 indexed nodeId, uint16 zone, bytes32 tlsFingerprint);

    /// A node has this much stake now.
    event StakeChanged(bytes32 indexed nodeId, uint256 stake);

    /// Status: 0 Pending, 1 Active, 2 Quarantined, 3 Banned, 4 Leaving.
    event StatusChanged(bytes32 indexed nodeId, uint8 indexed from, uint8 indexed to);

    /// A node drains; its stake can be withdrawn from this time.
    event LeaveBegun(bytes32 indexed nodeId, uint64 dueMs);

    /// A node is gone and its stake was paid out.
    event Left(bytes32 indexed nodeId, address indexed operator, uint256 amount);

    /// Stake of a node went to the treasury.
    event Slashed(bytes32 indexed nodeId, uint256 amount, uint64 cooldownUntilMs);

    /// A change of the registry: feed = Keccak256(previous feed, record), so followers can prove that they missed none.
    event FeedExtended(uint64 indexed sequence, bytes32 feed, bytes record);

    /// Balance moved by a module; reason is ASCII text padded with zeros.
    event Moved(address indexed from, address indexed to, uint256 amount, bytes32 indexed reason);

    /// Registers a node; the value is its stake. The proof is an Ed25519 signature over tag | chain id | operator | node id.
    function register(bytes32 nodeId, bytes calldata proof, uint8 class, uint16 zone, bytes32 tlsFingerprint) external payable;

    /// Adds stake; a quarantined node with enough of it serves again.
    function topUp(bytes32 nodeId) external payable;

    /// Changes zone and TLS key.
    function update(bytes32 nodeId, uint16 zone, bytes32 tlsFingerprint) external;

    /// The node drains; its stake can be withdrawn after the unbonding time.
    function leave(bytes32 nodeId) external returns (uint64 dueMs);

    /// Pays the stake of a node that has left.
    function withdraw(bytes32 nodeId) external returns (uint256 amount);

    /// After a cooldown: Banned becomes Pending, Pending or Quarantined becomes Active.
    function activate(bytes32 nodeId) external returns (uint8 status);

    /// One node.
    function getNode(bytes32 nodeId) external view returns (GetNodeRow memory node);

    /// Stake of a node.
    function getStake(bytes32 nodeId) external view returns (uint256 stake);

    /// Class of a node.
    function getNodeClass(bytes32 nodeId) external view returns (uint8 class);

    /// Whether a cooldown runs, until when, how often the node was slashed, and its status.
    function getSlashingStatus(bytes32 nodeId) external view returns (bool inCooldown, uint64 cooldownUntilMs, uint64 slashes, uint8 status);

    /// The same as getSlashingStatus.
    function checkSlashingStatus(bytes32 nodeId) external view returns (bool inCooldown, uint64 cooldownUntilMs, uint64 slashes, uint8 status);

    /// Nodes in order of their id, from start; next is zero at the end. A page may hold fewer rows than asked where nodes have left.
    function nodes(bytes32 start, uint64 limit) external view returns (GetNodeRow[] memory page, bytes32 next);

    /// The nodes of an operator.
    function nodesOf(address operator) external view returns (GetNodeRow[] memory nodes);

    /// Number of changes of the registry and the hash chain over them.
    function feed() external view returns (uint64 sequence, bytes32 feed);

    /// Sum of all nodes' stakes.
    function totalStake() external view returns (uint256 stake);

    /// The parameters in force.
    function params() external view returns (uint256 regularStakeMin, uint256 dataCenterStakeMin, uint64 unbondingMs, uint64 nodesPerOperatorMax);
}

INodes constant NODES = INodes(0x0000000000000000000000000000000000000801);
