// SPDX-License-Identifier: Apache-2.0
// Generated from the module's declaration; do not edit.
pragma solidity ^0.8.20;

/// Punishes validators that signed two contradicting messages, on the evidence that blocks carry: jailed for good, a part of the stake to the treasury. Fines nodes for audits of the log that they did not pass, on proofs that anyone may bring.
interface ISlashing {
    struct PunishmentRow {
        address operator;
        uint64 height;
        uint64 infractionHeight;
        uint8 kind;
        bytes32 evidence;
        uint16 fractionBps;
        uint256 taken;
        bool jailed;
        uint64 times;
    }

    /// No validator of this operator was ever punished for what it signed. (DSDN-E-SLASHING-NEVER-PUNISHED)
    error NeverPunished(address operator);

    /// A page has 1 to this many rows. (DSDN-E-SLASHING-PAGE)
    error PageTooLarge(uint256 maximum);

    /// No node has this id, or it has left. (DSDN-E-SLASHING-NODE)
    error UnknownNode(bytes32 nodeId);

    /// This audit of the node, or a later one, was reported. (DSDN-E-SLASHING-REPORTED)
    error AlreadyReported(bytes32 nodeId, uint64 audit);

    /// No anchor of the log of this index is kept. (DSDN-E-SLASHING-ANCHOR)
    error UnknownAnchor(uint64 index);

    /// The proof does not show this of the node under the anchored root, or the two answers do not contradict each other. (DSDN-E-SLASHING-PROOF)
    error WrongProof();

    /// A node is reported after twelve hours of silence, or two wrong audits in a row, counted from the last report. (DSDN-E-SLASHING-NOT-YET)
    error NotYet(uint8 kind, uint32 inARow, uint64 sinceMs);

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

    /// A validator signed two contradicting messages: kind 1 two votes, 2 two proposals, 3 a vote against its own lock. Jailed is false where nobody would have been left to vote.
    event EvidencePunished(address indexed operator, uint8 indexed kind, uint64 infractionHeight, bytes32 evidence, uint16 fractionBps, uint256 taken, bool jailed);

    /// A node did not pass an audit of what it holds: kind 1 silent, 2 answered wrongly, 3 signed contradicting answers. A fraction of 0: the first in a while, which is free.
    event StorageReported(bytes32 indexed nodeId, uint8 indexed kind, uint64 audit, uint16 fractionBps, uint256 taken, uint64 cooldownUntilMs);

    /// Balance moved by a module; reason is ASCII text padded with zeros.
    event Moved(address indexed from, address indexed to, uint256 amount, bytes32 indexed reason);

    /// Fines a node for an audit that it did not pass, proven under the state root of the anchor with this index.
    function reportStorage(bytes32 nodeId, uint64 audit, uint64 anchor, bytes calldata leaf, bytes calldata proof) external returns (uint256 taken);

    /// Fines and bans a node that signed two contradicting answers for one leaf of an audit.
    function reportLie(bytes32 nodeId, bytes calldata first, bytes calldata second) external returns (uint256 taken);

    /// What was reported of a node; all zero where nothing was.
    function storageReport(bytes32 nodeId) external view returns (uint64 lastAudit, uint64 lastMs, uint64 silentUntilMs, uint64 lastFailedAudit, uint64 failedFines, uint64 lastLie, uint64 reports, uint256 taken);

    /// The parameters for storage in force.
    function storageParams() external view returns (uint64 silentMs, uint16 silentBps, uint64 silentCooldownMs, uint64 failedInARow, uint16 failedBps, uint64 failedCooldownMs, uint16 lieBps, uint64 banMs, uint64 freeMs);

    /// Whether a validator was ever punished for what it signed.
    function isPunished(address operator) external view returns (bool punished);

    /// The last punishment of a validator.
    function punishment(address operator) external view returns (PunishmentRow memory punishment);

    /// Punished validators in order of their operator, from start; next is zero at the end.
    function punishments(address start, uint64 limit) external view returns (PunishmentRow[] memory page, address next);

    /// The parameters in force.
    function params() external view returns (uint16 doubleSignBps, uint64 evidenceBlocksMax);
}

ISlashing constant SLASHING = ISlashing(0x0000000000000000000000000000000000000805);
