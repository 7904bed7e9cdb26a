using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.State;

/// <summary>
/// What the flat tables say of an account. Modules are accounts too: <see cref="IsModule"/> gives them the code marker
/// of chain-decisions 2, a storage trie, and keeps them when empty. Any other account that is all zero does not exist (EIP-161).
/// </summary>
public readonly record struct Account(ulong Nonce, Amount Balance, bool IsModule = false)
{
    public bool IsEmpty => Nonce == 0 && Balance.IsZero && !IsModule;
}

/// <summary>
/// The state at one version, read from flat tables. A record's flat key is module u8 | table u16 BE | canonical key
/// (big-endian, order-preserving), where module n is the account 0x800 + n; see <see cref="RecordKey"/>.
/// </summary>
public interface IStateView
{
    /// <summary>False, and an empty account, where none exists.</summary>
    bool TryGetAccount(in Address address, out Account account);

    /// <summary>False where no record exists. Values are never empty and never changed after they were handed out.</summary>
    bool TryGetRecord(ReadOnlySpan<byte> flatKey, out ReadOnlyMemory<byte> value);

    /// <summary>
    /// Records whose flat key begins with <paramref name="prefix"/>, ascending, from <paramref name="from"/> (inclusive;
    /// empty = the start), at most <paramref name="limit"/>.
    /// </summary>
    IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from, int limit);
}
