using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.Execution;

/// <summary>Finds the first key in which two states differ and says it as an operator needs it: account, or module, table and key.</summary>
internal static class StateComparison
{
    /// <summary>Longer than every key of the flat tables.</summary>
    private static readonly byte[] End = [.. Enumerable.Repeat((byte)0xff, 256)];

    /// <summary>Over the flat tables of two stores; null if equal.</summary>
    public static string? FirstDifference(IKeyValueReader stored, IKeyValueReader replayed) =>
        FirstDifference(stored, replayed, ColumnFamily.Accounts) ?? FirstDifference(stored, replayed, ColumnFamily.Records);

    /// <summary>What a block wrote here against the stored state after it; null if all of it is there.</summary>
    public static string? FirstDifference(StateChanges written, IStateView stored)
    {
        for (int i = 0; i < written.Accounts.Count; i++)
        {
            (Address address, Account ours) = written.Accounts[i];
            stored.TryGetAccount(address, out Account theirs);
            if (ours != theirs && !(ours.IsEmpty && theirs.IsEmpty)) return $"account {address}: stored nonce {theirs.Nonce} balance {theirs.Balance}, replayed nonce {ours.Nonce} balance {ours.Balance}";
        }
        for (int i = 0; i < written.Records.Count; i++)
        {
            (byte[] key, ReadOnlyMemory<byte> ours) = written.Records[i];
            stored.TryGetRecord(key, out ReadOnlyMemory<byte> theirs);
            if (!ours.Span.SequenceEqual(theirs.Span)) return Differ(Name(key), theirs.Span, ours.Span);
        }
        return null;
    }

    private static string? FirstDifference(IKeyValueReader stored, IKeyValueReader replayed, ColumnFamily family)
    {
        using KeyValueCursor left = stored.Scan(family, [], End);
        using KeyValueCursor right = replayed.Scan(family, [], End);
        while (true)
        {
            bool hasLeft = left.MoveNext(), hasRight = right.MoveNext();
            if (!hasLeft && !hasRight) return null;
            int order = !hasLeft ? 1 : !hasRight ? -1 : left.Key.SequenceCompareTo(right.Key);
            ReadOnlySpan<byte> key = order > 0 ? right.Key : left.Key;
            string name = family == ColumnFamily.Accounts ? "account " + Hex.Encode(key) : Name(key);
            if (order < 0) return Differ(name, left.Value, default);
            if (order > 0) return Differ(name, default, right.Value);
            if (!left.Value.SequenceEqual(right.Value)) return Differ(name, left.Value, right.Value);
        }
    }

    private static string Name(ReadOnlySpan<byte> flatKey) =>
        $"module {flatKey[0]} table {(flatKey[1] << 8) | flatKey[2]} key {Hex.Encode(flatKey[RecordKey.PrefixSize..])}";

    private static string Differ(string name, ReadOnlySpan<byte> stored, ReadOnlySpan<byte> replayed) =>
        $"{name}: stored {Say(stored)}, replayed {Say(replayed)}";

    private static string Say(ReadOnlySpan<byte> value) => value.IsEmpty ? "nothing" : Hex.Encode(value);
}
