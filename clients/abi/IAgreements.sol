// SPDX-License-Identifier: Apache-2.0
// Generated from the module's declaration; do not edit.
pragma solidity ^0.8.20;

/// Agreements to store: quota, term and coding, paid in advance into escrow at a price fixed when they are opened; session keys; deletions past the coordinators. Coding 0 is three copies, 1 is 6+3 shards.
interface IAgreements {
    struct AgreementRow {
        bytes32 id;
        address owner;
        uint8 coding;
        uint64 quotaBytes;
        uint64 openedMs;
        uint64 endMs;
        uint64 renewableUntilMs;
        uint64 releaseMs;
        uint256 pricePerGbMonth;
        uint256 escrow;
        uint256 owed;
        bool closed;
    }

    struct SessionsOfRow {
        address key;
        uint8 scopes;
        uint64 expiresMs;
    }

    /// The genesis of this chain names no committee: it has no log, and so nothing to agree on. (DSDN-E-AGREEMENTS-NONE)
    error NoAgreements();

    /// There is no agreement with this id. (DSDN-E-AGREEMENTS-UNKNOWN)
    error UnknownAgreement(bytes32 agreement);

    /// Only the agreement's owner may do this. (DSDN-E-AGREEMENTS-NOT-OWNER)
    error NotOwner(bytes32 agreement, address owner);

    /// Codings are 0 (three copies) and 1 (6+3 shards). (DSDN-E-AGREEMENTS-CODING)
    error InvalidCoding(uint8 coding);

    /// A quota has 1 to this many bytes. (DSDN-E-AGREEMENTS-QUOTA)
    error InvalidQuota(uint64 quotaBytes, uint64 maximum);

    /// What is left of a term has this many seconds. (DSDN-E-AGREEMENTS-DURATION)
    error InvalidDuration(uint64 minimumS, uint64 maximumS);

    /// The value is below the price. (DSDN-E-AGREEMENTS-PAYMENT)
    error InsufficientPayment(uint256 required, uint256 given);

    /// The value does not pay for a millisecond of this agreement. (DSDN-E-AGREEMENTS-NOTHING-ADDED)
    error NothingAdded(bytes32 agreement);

    /// The agreement is closed. (DSDN-E-AGREEMENTS-CLOSED)
    error AgreementClosed(bytes32 agreement);

    /// The agreement ended, and it could be made longer until this time. (DSDN-E-AGREEMENTS-EXPIRED)
    error AgreementExpired(bytes32 agreement, uint64 untilMs);

    /// A session's key is neither zero nor the account itself; its scopes are 1 (upload), 2 (delete) or both. (DSDN-E-AGREEMENTS-SESSION)
    error InvalidSession(address key, uint8 scopes);

    /// A session ends after now, and by this time at the latest. (DSDN-E-AGREEMENTS-SESSION-EXPIRY)
    error InvalidExpiry(uint64 expiresMs, uint64 maximumMs);

    /// The account registered no such key. (DSDN-E-AGREEMENTS-SESSION-UNKNOWN)
    error UnknownSession(address owner, address key);

    /// The scope is 1 (chunks) or 2 (files), and there are 1 to this many ids, ascending, none twice. (DSDN-E-AGREEMENTS-DELETION)
    error InvalidDeletion(uint64 maximum);

    /// A block hands at most this many bytes to the log; try in the next one. (DSDN-E-AGREEMENTS-FEED-FULL)
    error FeedFull(uint64 maximum);

    /// A page has 1 to this many rows. (DSDN-E-AGREEMENTS-PAGE)
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

    /// An agreement was opened and paid.
    event Opened(bytes32 indexed agreement, address indexed owner, uint8 coding, uint64 quotaBytes, uint64 endMs, uint256 price);

    /// An agreement was paid for longer.
    event Extended(bytes32 indexed agreement, address indexed payer, uint64 endMs, uint256 paid);

    /// An agreement ended for good: what was not used went back to the owner; what was used stays in escrow for those who stored.
    event Closed(bytes32 indexed agreement, address indexed owner, uint256 refund, uint256 owed);

    /// A key may sign for an account until then.
    event SessionRegistered(address indexed owner, address indexed key, uint8 scopes, uint64 expiresMs);

    /// A key may not sign for an account any more.
    event SessionRevoked(address indexed owner, address indexed key);

    /// The log has to take over a deletion.
    event DeletionRequested(bytes32 indexed agreement, uint8 scope, uint64 ids);

    /// A record for the log: feed = Keccak256(previous feed, record), so that none can be withheld.
    event FeedExtended(uint64 indexed sequence, bytes32 feed, bytes record);

    /// Balance moved by a module; reason is ASCII text padded with zeros.
    event Moved(address indexed from, address indexed to, uint256 amount, bytes32 indexed reason);

    /// Opens an agreement; the value is its price, see quote; what is above comes back at once.
    function open(uint64 quotaBytes, uint64 durationS, uint8 coding) external payable returns (bytes32 agreement);

    /// Makes the term longer by what the value pays for, see quoteTopUp; also in the first half of the grace after the end.
    function topUp(bytes32 agreement) external payable returns (uint64 endMs);

    /// Ends an agreement: the owner gets back what the time so far did not cost, to the millisecond, which stays in escrow for those who stored. Half of the grace after the end anyone may close it.
    function close(bytes32 agreement) external returns (uint256 refund, uint256 owed);

    /// A key may sign events of the log for the caller: scope 1 uploads, 2 deletions, 3 both.
    function registerSession(address key, uint8 scopes, uint64 expiresMs) external;

    /// A key may not sign for the caller any more.
    function revokeSession(address key) external;

    /// Deletes chunks (scope 1) or files (scope 2) of an agreement by way of the chain, should coordinators not take the owner's event.
    function requestDelete(bytes32 agreement, uint8 scope, bytes32[] calldata ids) external;

    /// One agreement.
    function agreement(bytes32 id) external view returns (AgreementRow memory agreement);

    /// The agreements of an owner in the order of their opening, numbered from 1; next is 0 at the end.
    function agreementsOf(address owner, uint64 start, uint64 limit) external view returns (AgreementRow[] memory page, uint64 next);

    /// What opening costs now, rounded up to a base unit.
    function quote(uint64 quotaBytes, uint64 durationS, uint8 coding) external view returns (uint256 price);

    /// What makes the term this much longer, at the agreement's own price.
    function quoteTopUp(bytes32 agreement, uint64 durationS) external view returns (uint256 price);

    /// What closing would pay back in this block, and what would stay in escrow.
    function quoteClose(bytes32 agreement) external view returns (uint256 refund, uint256 owed);

    /// A session key of an account.
    function session(address owner, address key) external view returns (uint8 scopes, uint64 expiresMs);

    /// The session keys of an account, also those that have ended, in order; next is zero at the end.
    function sessionsOf(address owner, address start, uint64 limit) external view returns (SessionsOfRow[] memory page, address next);

    /// What the module holds for all agreements.
    function totalEscrow() external view returns (uint256 escrow);

    /// Number of records for the log and the hash chain over them.
    function feed() external view returns (uint64 sequence, bytes32 feed);

    /// The parameters in force. Prices are base units for 10^9 bytes over 30 days, redundancy included.
    function params() external view returns (uint256 copiesPrice, uint256 codedPrice, uint64 durationMinS, uint64 durationMaxS, uint64 quotaBytesMax, uint64 graceMs, uint64 sessionMsMax);
}

IAgreements constant AGREEMENTS = IAgreements(0x000000000000000000000000000000000000080a);
