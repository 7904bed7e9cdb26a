using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.State.Verification;

/// <summary>The outcome of <see cref="StateVerifier"/>.</summary>
/// <param name="StoredRoot">What the head row says.</param>
/// <param name="ComputedRoot">What the flat tables give.</param>
/// <param name="Faults">In the order found, at most <see cref="StateVerifier.FaultsMax"/>.</param>
public sealed record StateVerification(
    ulong Height, Hash256 StoredRoot, Hash256 ComputedRoot, ulong Accounts, ulong Records, IReadOnlyList<StateFault> Faults)
{
    public bool IsSound => Faults.Count == 0 && StoredRoot == ComputedRoot;
}

/// <summary>One key at which flat tables and tree differ, or a row that cannot be read.</summary>
/// <param name="Where">`account 0x..`, or `module n table t key 0x..`, or, where only the tree knows the key, its hash.</param>
public sealed record StateFault(string Where, string What);
