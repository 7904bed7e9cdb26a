// SPDX-License-Identifier: Apache-2.0
// Generated from the module's declaration; do not edit.
pragma solidity ^0.8.20;

/// The committee that decides the batches of the log, and the anchors of the log that validators attest: sequence, state root, and where it lies.
interface ICommittee {
    struct CommitteeRow {
        address validator;
        bytes32 key;
        bytes32 exchangeKey;
        bytes32 share;
    }

    struct LastAnchorRow {
        uint64 index;
        uint64 seq;
        uint64 epoch;
        bytes32 validatorSet;
        bytes32 coreHash;
        bytes32 stateRoot;
        uint64 daHeight;
        bytes32 daDataRoot;
        uint64 height;
        uint64 timeMs;
        uint64 signedPower;
        uint64 totalPower;
        address submitter;
    }

    /// The genesis of this chain names no committee: it has no log. (DSDN-E-COMMITTEE-NONE)
    error NoCommittee();

    /// No anchor of the log was taken yet. (DSDN-E-COMMITTEE-NO-ANCHOR)
    error NoAnchor();

    /// Anchors of these indexes are kept, and not this one. (DSDN-E-COMMITTEE-ANCHOR-UNKNOWN)
    error UnknownAnchor(uint64 index, uint64 first, uint64 last);

    /// The sequence is not 0, core hash and state root are not zero, and DA height and data root are zero together. (DSDN-E-COMMITTEE-ANCHOR)
    error InvalidAnchor();

    /// The last anchor is of this sequence; its core hash is given. (DSDN-E-COMMITTEE-ALREADY-ANCHORED)
    error AlreadyAnchored(uint64 seq, bytes32 coreHash);

    /// The last anchor is of a later sequence. (DSDN-E-COMMITTEE-STALE)
    error StaleAnchor(uint64 seq, uint64 last);

    /// The bitmap is not one of a set of that many validators, or not one of that many signatures of 64 bytes. (DSDN-E-COMMITTEE-SIGNERS)
    error WrongSigners(uint64 validators, uint64 signatures);

    /// More than two thirds of the voting power sign an anchor. (DSDN-E-COMMITTEE-POWER)
    error TooLittlePower(uint64 signed, uint64 total);

    /// A signature does not hold for this epoch and validator set, nor for those that were in force shortly before. (DSDN-E-COMMITTEE-SIGNATURE)
    error WrongSignature(uint64 epoch, bytes32 validatorSet);

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

    /// Validators with more than two thirds of the power vouch for the state of the log after a batch.
    event AnchorAttested(uint64 indexed seq, uint64 indexed index, bytes32 coreHash, bytes32 stateRoot, uint64 daHeight, bytes32 daDataRoot, uint64 epoch, uint64 signedPower, uint64 totalPower);

    /// Another committee decides the log's batches.
    event CommitteeRotated(uint64 indexed epoch, bytes32 hash, bytes32 groupKey);

    /// A record for the log: feed = Keccak256(previous feed, record), so followers can prove that they missed none.
    event FeedExtended(uint64 indexed sequence, bytes32 feed, bytes record);

    /// Balance moved by a module; reason is ASCII text padded with zeros.
    event Moved(address indexed from, address indexed to, uint256 amount, bytes32 indexed reason);

    /// Takes over an anchor of the log. The signatures, 64 bytes each in the order of the bitmap's bits, are those of validators with more than two thirds of the power over the running epoch's statement; DA height and data root may both be zero.
    function anchor(uint64 seq, bytes32 coreHash, bytes32 stateRoot, uint64 daHeight, bytes32 daDataRoot, bytes calldata bitmap, bytes calldata signatures) external returns (uint64 index);

    /// The committee in force. An end of 2^64-1 is none.
    function committee() external view returns (uint64 epoch, uint8 t, uint8 n, bytes32 groupKey, CommitteeRow[] memory members, uint64 startMs, uint64 endMs, bytes32 seed, bytes32 hash);

    /// The last anchor.
    function lastAnchor() external view returns (LastAnchorRow memory anchor);

    /// One of the anchors that are kept; indexes rise by one.
    function anchorAt(uint64 index) external view returns (LastAnchorRow memory anchor);

    /// Number of records for the log and the hash chain over them.
    function feed() external view returns (uint64 sequence, bytes32 feed);

    /// The parameters in force.
    function params() external view returns (uint64 anchorsKept, uint64 graceBlocks);
}

ICommittee constant COMMITTEE = ICommittee(0x0000000000000000000000000000000000000802);
