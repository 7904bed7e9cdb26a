namespace Dsdn.Celestia.Headers;

/// <param name="ChainId">The network: "celestia", "mocha-4".</param>
/// <param name="TrustPeriodMs">Two thirds of the unbonding time: afterwards validators have nothing left at stake.</param>
/// <param name="ClockDriftMs">How far ahead of the reader's clock a header may be.</param>
public sealed record TrustOptions(string ChainId, ulong TrustPeriodMs = 14 * 86_400_000UL, ulong ClockDriftMs = 10_000);
