using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Transactions;

/// <summary>EIP-2718 transaction types; 0x7e is the block hook of chain-decisions 1.2 and never comes from outside.</summary>
public enum TransactionType : byte
{
    Legacy = 0x00,
    AccessList = 0x01,
    DynamicFee = 0x02,
    System = 0x7e,
}

/// <summary>An address and its storage keys that a transaction announces (EIP-2930).</summary>
public sealed record AccessListEntry(Address Address, IReadOnlyList<Hash256> StorageKeys);

/// <summary>
/// A decoded transaction. Fee and value fields are 256-bit because the format allows it (rulings 12); the pool refuses what
/// this chain cannot hold. Decoded by <c>TransactionCodec</c>; immutable.
/// </summary>
public sealed class Transaction
{
    public required TransactionType Type { get; init; }

    /// <summary>Null for a legacy transaction without replay protection.</summary>
    public ulong? ChainId { get; init; }

    public ulong Nonce { get; init; }

    /// <summary>Legacy and 2930: gasPrice, in both fields. 1559: the two caps. Base units per gas.</summary>
    public Uint256 MaxFeePerGas { get; init; }

    public Uint256 MaxPriorityFeePerGas { get; init; }

    public ulong GasLimit { get; init; }

    /// <summary>Null means contract creation, which this chain's pool refuses.</summary>
    public Address? To { get; init; }

    public Uint256 Value { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    /// <summary>As encoded: 27/28 or 35 + 2 chainId + parity for legacy, the parity for typed ones.</summary>
    public Uint256 V { get; init; }

    public Uint256 R { get; init; }

    public Uint256 S { get; init; }

    /// <summary>Keccak-256 of <see cref="Raw"/>.</summary>
    public required Hash256 Hash { get; init; }

    /// <summary>The canonical EIP-2718 encoding, as it lies in the block's transaction trie.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>Set once by <c>SenderRecovery</c> (or 0xff..fe for a system transaction).</summary>
    public Address Sender { get; set; }
}
