// SPDX-License-Identifier: Apache-2.0
// Generated from the module's declaration; do not edit.
pragma solidity ^0.8.20;

/// Punishes validators that signed two contradicting messages, on the evidence that blocks carry: jailed for good, a part of the stake to the treasury.
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

    /// Balance moved by a module; reason is ASCII text padded with zeros.
    event Moved(address indexed from, address indexed to, uint256 amount, bytes32 indexed reason);

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
