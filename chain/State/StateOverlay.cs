using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.State;

/// <summary>
/// Uncommitted writes above a parent view, journaled so that a transaction or a call can be undone. Single-threaded.
/// </summary>
public sealed class StateOverlay(IStateView parent) : IStateView
{
    public IStateView Parent { get; } = parent;

    public bool TryGetAccount(in Address address, out Account account) => throw new InvalidOperationException("contract only");

    public bool TryGetRecord(ReadOnlySpan<byte> flatKey, out ReadOnlyMemory<byte> value) => throw new InvalidOperationException("contract only");

    public IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from, int limit) =>
        throw new InvalidOperationException("contract only");

    /// <summary>An account that <see cref="Account.IsEmpty"/> is deleted.</summary>
    public void SetAccount(in Address address, in Account account) => throw new InvalidOperationException("contract only");

    /// <summary>An empty value deletes. The memory is kept, not copied: do not change it afterwards.</summary>
    public void SetRecord(ReadOnlySpan<byte> flatKey, ReadOnlyMemory<byte> value) => throw new InvalidOperationException("contract only");

    /// <summary>A mark to return to; marks nest.</summary>
    public int Checkpoint() => throw new InvalidOperationException("contract only");

    /// <summary>Undoes every write since the mark.</summary>
    public void Revert(int checkpoint) => throw new InvalidOperationException("contract only");

    /// <summary>True if anything was written since the mark and not undone.</summary>
    public bool WroteSince(int checkpoint) => throw new InvalidOperationException("contract only");

    /// <summary>Net changes against the parent, sorted; a write of the parent's own value is no change.</summary>
    public StateChanges Changes() => throw new InvalidOperationException("contract only");
}

/// <param name="Accounts">Ascending by address; an empty account means deleted.</param>
/// <param name="Records">Ascending by flat key; an empty value means deleted.</param>
public sealed record StateChanges(
    IReadOnlyList<KeyValuePair<Address, Account>> Accounts,
    IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Records);
