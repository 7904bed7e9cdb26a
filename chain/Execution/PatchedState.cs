using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Execution;

/// <summary>A state and changes above it, unchangeable, so that threads may share it as they may not share an overlay.</summary>
public sealed class PatchedState(IStateView parent, StateChanges changes) : IStateView
{
    public bool TryGetAccount(in Address address, out Account account)
    {
        int index = IndexOf(address);
        if (index < 0) return parent.TryGetAccount(address, out account);
        account = changes.Accounts[index].Value;
        return !account.IsEmpty;
    }

    public bool TryGetRecord(ReadOnlySpan<byte> flatKey, out ReadOnlyMemory<byte> value)
    {
        int index = IndexOf(flatKey);
        if (index < 0) return parent.TryGetRecord(flatKey, out value);
        value = changes.Records[index].Value;
        return !value.IsEmpty;
    }

    public IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from, int limit)
    {
        var overlay = new StateOverlay(parent);
        int first = IndexOf(prefix);
        for (int i = first < 0 ? ~first : first; i < changes.Records.Count && changes.Records[i].Key.AsSpan().StartsWith(prefix); i++)
        {
            overlay.SetRecord(changes.Records[i].Key, changes.Records[i].Value);
        }
        return overlay.Scan(prefix, from, limit);
    }

    private int IndexOf(in Address address)
    {
        int low = 0, high = changes.Accounts.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = changes.Accounts[middle].Key.CompareTo(address);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }

    private int IndexOf(ReadOnlySpan<byte> flatKey)
    {
        int low = 0, high = changes.Records.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = changes.Records[middle].Key.AsSpan().SequenceCompareTo(flatKey);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }
}
