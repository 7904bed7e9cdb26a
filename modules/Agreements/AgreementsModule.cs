using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Agreements;

/// <summary>Module 10: who pays for what is stored, for how long, and who may sign for whom in the log.</summary>
internal static class AgreementsModule
{
    private const string AgreementFields =
        "(bytes32 id, address owner, uint8 coding, uint64 quotaBytes, uint64 openedMs, uint64 endMs, uint64 renewableUntilMs, uint64 releaseMs, uint256 pricePerGbMonth, uint256 escrow, uint256 owed, bool closed)";

    private static readonly Permission Owner = new("owner of the agreement");

    public static readonly ModuleDeclaration Declaration = new()
    {
        Number = AgreementsState.Module,
        Name = "Agreements",
        Summary = "Agreements to store: quota, term and coding, paid in advance into escrow at a price fixed when they are opened; session keys; deletions past the coordinators. Coding 0 is three copies, 1 is 6+3 shards.",
        Methods = [
            Method.Of<Open>("function open(uint64 quotaBytes, uint64 durationS, uint8 coding) payable returns (bytes32 agreement)",
                "Opens an agreement; the value is its price, see quote; what is above comes back at once.", 230_000, Permission.Anyone),
            Method.Of<TopUp>("function topUp(bytes32 agreement) payable returns (uint64 endMs)",
                "Makes the term longer by what the value pays for, see quoteTopUp; also in the first half of the grace after the end.", 80_000, Permission.Anyone),
            Method.Of<Close>("function close(bytes32 agreement) returns (uint256 refund, uint256 owed)",
                "Ends an agreement: the owner gets back what the time so far did not cost, to the millisecond, which stays in escrow for those who stored. Half of the grace after the end anyone may close it.", 110_000,
                new Permission("owner of the agreement; anyone after renewableUntilMs")),
            Method.Of<RegisterSession>("function registerSession(address key, uint8 scopes, uint64 expiresMs)",
                "A key may sign events of the log for the caller: scope 1 uploads, 2 deletions, 3 both.", 110_000, Permission.Anyone),
            Method.Of<RevokeSession>("function revokeSession(address key)", "A key may not sign for the caller any more.", 70_000, new Permission("who registered the key")),
            Method.Of<RequestDelete>("function requestDelete(bytes32 agreement, uint8 scope, bytes32[] ids)",
                "Deletes chunks (scope 1) or files (scope 2) of an agreement by way of the chain, should coordinators not take the owner's event.", 100_000, Owner),
            Method.View("function agreement(bytes32 id) view returns (" + AgreementFields + " agreement)", "One agreement.", 5_000, AgreementsQueries.Agreement),
            Method.View("function agreementsOf(address owner, uint64 start, uint64 limit) view returns (" + AgreementFields + "[] page, uint64 next)",
                "The agreements of an owner in the order of their opening, numbered from 1; next is 0 at the end.", 500_000, AgreementsQueries.AgreementsOf),
            Method.View("function quote(uint64 quotaBytes, uint64 durationS, uint8 coding) view returns (uint256 price)", "What opening costs now, rounded up to a base unit.", 5_000, AgreementsQueries.Quote),
            Method.View("function quoteTopUp(bytes32 agreement, uint64 durationS) view returns (uint256 price)", "What makes the term this much longer, at the agreement's own price.", 8_000, AgreementsQueries.QuoteTopUp),
            Method.View("function quoteClose(bytes32 agreement) view returns (uint256 refund, uint256 owed)", "What closing would pay back in this block, and what would stay in escrow.", 5_000, AgreementsQueries.QuoteClose),
            Method.View("function session(address owner, address key) view returns (uint8 scopes, uint64 expiresMs)", "A session key of an account.", 5_000, AgreementsQueries.Session),
            Method.View("function sessionsOf(address owner, address start, uint64 limit) view returns ((address key, uint8 scopes, uint64 expiresMs)[] page, address next)",
                "The session keys of an account, also those that have ended, in order; next is zero at the end.", 230_000, AgreementsQueries.SessionsOf),
            Method.View("function totalEscrow() view returns (uint256 escrow)", "What the module holds for all agreements.", 5_000, AgreementsQueries.TotalEscrow),
            Method.View("function feed() view returns (uint64 sequence, bytes32 feed)", "Number of records for the log and the hash chain over them.", 6_000, AgreementsQueries.Feed),
            Method.View("function params() view returns (uint256 copiesPrice, uint256 codedPrice, uint64 durationMinS, uint64 durationMaxS, uint64 quotaBytesMax, uint64 graceMs, uint64 sessionMsMax)",
                "The parameters in force. Prices are base units for 10^9 bytes over 30 days, redundancy included.", 5_000, AgreementsQueries.Params),
        ],
        Events = AgreementsEvents.All,
        Errors = AgreementsErrors.All,
        Tables = AgreementsState.All,
        Invariants = AgreementsInvariants.All,
    };
}
