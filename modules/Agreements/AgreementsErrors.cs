using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Agreements;

internal static class AgreementsErrors
{
    public static readonly ErrorDeclaration NoAgreements = new(
        "error NoAgreements()", "DSDN-E-AGREEMENTS-NONE", "The genesis of this chain names no committee: it has no log, and so nothing to agree on.");

    public static readonly ErrorDeclaration UnknownAgreement = new(
        "error UnknownAgreement(bytes32 agreement)", "DSDN-E-AGREEMENTS-UNKNOWN", "There is no agreement with this id.");

    public static readonly ErrorDeclaration NotOwner = new(
        "error NotOwner(bytes32 agreement, address owner)", "DSDN-E-AGREEMENTS-NOT-OWNER", "Only the agreement's owner may do this.");

    public static readonly ErrorDeclaration InvalidCoding = new(
        "error InvalidCoding(uint8 coding)", "DSDN-E-AGREEMENTS-CODING", "Codings are 0 (three copies) and 1 (6+3 shards).");

    public static readonly ErrorDeclaration InvalidQuota = new(
        "error InvalidQuota(uint64 quotaBytes, uint64 maximum)", "DSDN-E-AGREEMENTS-QUOTA", "A quota has 1 to this many bytes.");

    public static readonly ErrorDeclaration InvalidDuration = new(
        "error InvalidDuration(uint64 minimumS, uint64 maximumS)", "DSDN-E-AGREEMENTS-DURATION", "What is left of a term has this many seconds.");

    public static readonly ErrorDeclaration InsufficientPayment = new(
        "error InsufficientPayment(uint256 required, uint256 given)", "DSDN-E-AGREEMENTS-PAYMENT", "The value is below the price.");

    public static readonly ErrorDeclaration NothingAdded = new(
        "error NothingAdded(bytes32 agreement)", "DSDN-E-AGREEMENTS-NOTHING-ADDED", "The value does not pay for a millisecond of this agreement.");

    public static readonly ErrorDeclaration AgreementClosed = new(
        "error AgreementClosed(bytes32 agreement)", "DSDN-E-AGREEMENTS-CLOSED", "The agreement is closed.");

    public static readonly ErrorDeclaration AgreementExpired = new(
        "error AgreementExpired(bytes32 agreement, uint64 untilMs)", "DSDN-E-AGREEMENTS-EXPIRED", "The agreement ended, and it could be made longer until this time.");

    public static readonly ErrorDeclaration InvalidSession = new(
        "error InvalidSession(address key, uint8 scopes)", "DSDN-E-AGREEMENTS-SESSION",
        "A session's key is neither zero nor the account itself; its scopes are 1 (upload), 2 (delete) or both.");

    public static readonly ErrorDeclaration InvalidExpiry = new(
        "error InvalidExpiry(uint64 expiresMs, uint64 maximumMs)", "DSDN-E-AGREEMENTS-SESSION-EXPIRY", "A session ends after now, and by this time at the latest.");

    public static readonly ErrorDeclaration UnknownSession = new(
        "error UnknownSession(address owner, address key)", "DSDN-E-AGREEMENTS-SESSION-UNKNOWN", "The account registered no such key.");

    public static readonly ErrorDeclaration InvalidDeletion = new(
        "error InvalidDeletion(uint64 maximum)", "DSDN-E-AGREEMENTS-DELETION",
        "The scope is 1 (chunks) or 2 (files), and there are 1 to this many ids, ascending, none twice.");

    public static readonly ErrorDeclaration FeedFull = new(
        "error FeedFull(uint64 maximum)", "DSDN-E-AGREEMENTS-FEED-FULL", "A block hands at most this many bytes to the log; try in the next one.");

    public static readonly ErrorDeclaration PageTooLarge = new(
        "error PageTooLarge(uint256 maximum)", "DSDN-E-AGREEMENTS-PAGE", "A page has 1 to this many rows.");

    public static readonly IReadOnlyList<ErrorDeclaration> All = [
        NoAgreements, UnknownAgreement, NotOwner, InvalidCoding, InvalidQuota, InvalidDuration, InsufficientPayment, NothingAdded, AgreementClosed,
        AgreementExpired, InvalidSession, InvalidExpiry, UnknownSession, InvalidDeletion, FeedFull, PageTooLarge];
}
