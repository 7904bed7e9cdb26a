// Generated from the module's declaration; do not edit.
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Modules.Generated;

/// <summary>Agreements to store: quota, term and coding, paid in advance into escrow at a price fixed when they are opened; session keys; deletions past the coordinators. Coding 0 is three copies, 1 is 6+3 shards.</summary>
public static class AgreementsClient
{
    public static readonly Address Address = Address.Parse("0x000000000000000000000000000000000000080a");

    private static readonly AbiFunction OpenFunction = AbiSignature.Function("function open(uint64 quotaBytes, uint64 durationS, uint8 coding) payable returns (bytes32 agreement)");

    /// <summary>Opens an agreement; the value is its price, see quote; what is above comes back at once.</summary>
    public static ModuleCall Open(Amount value, ulong quotaBytes, ulong durationS, ulong coding) =>
        new(Address, value, OpenFunction.EncodeCall(quotaBytes, durationS, coding));

    private static readonly AbiFunction TopUpFunction = AbiSignature.Function("function topUp(bytes32 agreement) payable returns (uint64 endMs)");

    /// <summary>Makes the term longer by what the value pays for, see quoteTopUp; also in the first half of the grace after the end.</summary>
    public static ModuleCall TopUp(Amount value, Hash256 agreement) =>
        new(Address, value, TopUpFunction.EncodeCall(agreement));

    private static readonly AbiFunction CloseFunction = AbiSignature.Function("function close(bytes32 agreement) returns (uint256 refund, uint256 owed)");

    /// <summary>Ends an agreement: the owner gets back what the time so far did not cost, to the millisecond, which stays in escrow for those who stored. Half of the grace after the end anyone may close it.</summary>
    public static ModuleCall Close(Hash256 agreement) =>
        new(Address, Amount.Zero, CloseFunction.EncodeCall(agreement));

    private static readonly AbiFunction RegisterSessionFunction = AbiSignature.Function("function registerSession(address key, uint8 scopes, uint64 expiresMs)");

    /// <summary>A key may sign events of the log for the caller: scope 1 uploads, 2 deletions, 3 both.</summary>
    public static ModuleCall RegisterSession(Address key, ulong scopes, ulong expiresMs) =>
        new(Address, Amount.Zero, RegisterSessionFunction.EncodeCall(key, scopes, expiresMs));

    private static readonly AbiFunction RevokeSessionFunction = AbiSignature.Function("function revokeSession(address key)");

    /// <summary>A key may not sign for the caller any more.</summary>
    public static ModuleCall RevokeSession(Address key) =>
        new(Address, Amount.Zero, RevokeSessionFunction.EncodeCall(key));

    private static readonly AbiFunction RequestDeleteFunction = AbiSignature.Function("function requestDelete(bytes32 agreement, uint8 scope, bytes32[] ids)");

    /// <summary>Deletes chunks (scope 1) or files (scope 2) of an agreement by way of the chain, should coordinators not take the owner's event.</summary>
    public static ModuleCall RequestDelete(Hash256 agreement, ulong scope, Hash256[] ids) =>
        new(Address, Amount.Zero, RequestDeleteFunction.EncodeCall(agreement, scope, AbiValue.OfList([.. ids.Select(static item => (AbiValue)item)])));

    private static readonly AbiFunction AgreementFunction = AbiSignature.Function("function agreement(bytes32 id) view returns ((bytes32 id, address owner, uint8 coding, uint64 quotaBytes, uint64 openedMs, uint64 endMs, uint64 renewableUntilMs, uint64 releaseMs, uint256 pricePerGbMonth, uint256 escrow, uint256 owed, bool closed) agreement)");

    /// <summary>One agreement.</summary>
    public static ModuleQuery<AgreementsAgreementRow> Agreement(Hash256 id) =>
        new(Address, AgreementFunction, AgreementFunction.EncodeCall(id), values => new AgreementsAgreementRow(values[0].Items[0].Hash, values[0].Items[1].Address, values[0].Items[2].UInt64, values[0].Items[3].UInt64, values[0].Items[4].UInt64, values[0].Items[5].UInt64, values[0].Items[6].UInt64, values[0].Items[7].UInt64, values[0].Items[8].Word, values[0].Items[9].Word, values[0].Items[10].Word, values[0].Items[11].Bool));

    private static readonly AbiFunction AgreementsOfFunction = AbiSignature.Function("function agreementsOf(address owner, uint64 start, uint64 limit) view returns ((bytes32 id, address owner, uint8 coding, uint64 quotaBytes, uint64 openedMs, uint64 endMs, uint64 renewableUntilMs, uint64 releaseMs, uint256 pricePerGbMonth, uint256 escrow, uint256 owed, bool closed)[] page, uint64 next)");

    /// <summary>The agreements of an owner in the order of their opening, numbered from 1; next is 0 at the end.</summary>
    public static ModuleQuery<AgreementsAgreementsOfResult> AgreementsOf(Address owner, ulong start, ulong limit) =>
        new(Address, AgreementsOfFunction, AgreementsOfFunction.EncodeCall(owner, start, limit), values => new(values[0].Items.Select(item => new AgreementsAgreementRow(item.Items[0].Hash, item.Items[1].Address, item.Items[2].UInt64, item.Items[3].UInt64, item.Items[4].UInt64, item.Items[5].UInt64, item.Items[6].UInt64, item.Items[7].UInt64, item.Items[8].Word, item.Items[9].Word, item.Items[10].Word, item.Items[11].Bool)).ToArray(), values[1].UInt64));

    private static readonly AbiFunction QuoteFunction = AbiSignature.Function("function quote(uint64 quotaBytes, uint64 durationS, uint8 coding) view returns (uint256 price)");

    /// <summary>What opening costs now, rounded up to a base unit.</summary>
    public static ModuleQuery<Uint256> Quote(ulong quotaBytes, ulong durationS, ulong coding) =>
        new(Address, QuoteFunction, QuoteFunction.EncodeCall(quotaBytes, durationS, coding), values => values[0].Word);

    private static readonly AbiFunction QuoteTopUpFunction = AbiSignature.Function("function quoteTopUp(bytes32 agreement, uint64 durationS) view returns (uint256 price)");

    /// <summary>What makes the term this much longer, at the agreement's own price.</summary>
    public static ModuleQuery<Uint256> QuoteTopUp(Hash256 agreement, ulong durationS) =>
        new(Address, QuoteTopUpFunction, QuoteTopUpFunction.EncodeCall(agreement, durationS), values => values[0].Word);

    private static readonly AbiFunction QuoteCloseFunction = AbiSignature.Function("function quoteClose(bytes32 agreement) view returns (uint256 refund, uint256 owed)");

    /// <summary>What closing would pay back in this block, and what would stay in escrow.</summary>
    public static ModuleQuery<AgreementsQuoteCloseResult> QuoteClose(Hash256 agreement) =>
        new(Address, QuoteCloseFunction, QuoteCloseFunction.EncodeCall(agreement), values => new(values[0].Word, values[1].Word));

    private static readonly AbiFunction SessionFunction = AbiSignature.Function("function session(address owner, address key) view returns (uint8 scopes, uint64 expiresMs)");

    /// <summary>A session key of an account.</summary>
    public static ModuleQuery<AgreementsSessionResult> Session(Address owner, Address key) =>
        new(Address, SessionFunction, SessionFunction.EncodeCall(owner, key), values => new(values[0].UInt64, values[1].UInt64));

    private static readonly AbiFunction SessionsOfFunction = AbiSignature.Function("function sessionsOf(address owner, address start, uint64 limit) view returns ((address key, uint8 scopes, uint64 expiresMs)[] page, address next)");

    /// <summary>The session keys of an account, also those that have ended, in order; next is zero at the end.</summary>
    public static ModuleQuery<AgreementsSessionsOfResult> SessionsOf(Address owner, Address start, ulong limit) =>
        new(Address, SessionsOfFunction, SessionsOfFunction.EncodeCall(owner, start, limit), values => new(values[0].Items.Select(item => new AgreementsSessionsOfRow(item.Items[0].Address, item.Items[1].UInt64, item.Items[2].UInt64)).ToArray(), values[1].Address));

    private static readonly AbiFunction TotalEscrowFunction = AbiSignature.Function("function totalEscrow() view returns (uint256 escrow)");

    /// <summary>What the module holds for all agreements.</summary>
    public static ModuleQuery<Uint256> TotalEscrow() =>
        new(Address, TotalEscrowFunction, TotalEscrowFunction.EncodeCall(), values => values[0].Word);

    private static readonly AbiFunction FeedFunction = AbiSignature.Function("function feed() view returns (uint64 sequence, bytes32 feed)");

    /// <summary>Number of records for the log and the hash chain over them.</summary>
    public static ModuleQuery<AgreementsFeedResult> Feed() =>
        new(Address, FeedFunction, FeedFunction.EncodeCall(), values => new(values[0].UInt64, values[1].Hash));

    private static readonly AbiFunction ParamsFunction = AbiSignature.Function("function params() view returns (uint256 copiesPrice, uint256 codedPrice, uint64 durationMinS, uint64 durationMaxS, uint64 quotaBytesMax, uint64 graceMs, uint64 sessionMsMax)");

    /// <summary>The parameters in force. Prices are base units for 10^9 bytes over 30 days, redundancy included.</summary>
    public static ModuleQuery<AgreementsParamsResult> Params() =>
        new(Address, ParamsFunction, ParamsFunction.EncodeCall(), values => new(values[0].Word, values[1].Word, values[2].UInt64, values[3].UInt64, values[4].UInt64, values[5].UInt64, values[6].UInt64));
}

/// <summary>Generated from the declaration of Agreements.</summary>
public sealed record AgreementsAgreementRow(Hash256 Id, Address Owner, ulong Coding, ulong QuotaBytes, ulong OpenedMs, ulong EndMs, ulong RenewableUntilMs, ulong ReleaseMs, Uint256 PricePerGbMonth, Uint256 Escrow, Uint256 Owed, bool Closed);

/// <summary>Generated from the declaration of Agreements.</summary>
public sealed record AgreementsAgreementsOfResult(AgreementsAgreementRow[] Page, ulong Next);

/// <summary>Generated from the declaration of Agreements.</summary>
public sealed record AgreementsFeedResult(ulong Sequence, Hash256 Feed);

/// <summary>Generated from the declaration of Agreements.</summary>
public sealed record AgreementsParamsResult(Uint256 CopiesPrice, Uint256 CodedPrice, ulong DurationMinS, ulong DurationMaxS, ulong QuotaBytesMax, ulong GraceMs, ulong SessionMsMax);

/// <summary>Generated from the declaration of Agreements.</summary>
public sealed record AgreementsQuoteCloseResult(Uint256 Refund, Uint256 Owed);

/// <summary>Generated from the declaration of Agreements.</summary>
public sealed record AgreementsSessionResult(ulong Scopes, ulong ExpiresMs);

/// <summary>Generated from the declaration of Agreements.</summary>
public sealed record AgreementsSessionsOfResult(AgreementsSessionsOfRow[] Page, Address Next);

/// <summary>Generated from the declaration of Agreements.</summary>
public sealed record AgreementsSessionsOfRow(Address Key, ulong Scopes, ulong ExpiresMs);
