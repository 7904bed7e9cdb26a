using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Crypto;

/// <summary>Where a contract would live. This chain creates none; wallets and tools still ask.</summary>
public static class ContractAddress
{
    /// <summary>Keccak-256 of RLP [sender, nonce], last 20 bytes (Yellow Paper, 7).</summary>
    public static Address Create(Address sender, ulong nonce)
    {
        using RlpWriter writer = new(stackalloc byte[32]);
        int list = writer.BeginList();
        writer.Write(sender);
        writer.Write(nonce);
        writer.EndList(list);
        return new Address(writer.Hash().Span[12..]);
    }

    /// <summary>Keccak-256 of 0xff | sender | salt | code hash, last 20 bytes (EIP-1014).</summary>
    public static Address Create2(Address sender, Hash256 salt, Hash256 initCodeHash)
    {
        KeccakHasher hasher = default;
        hasher.Append([0xff]);
        hasher.Append(sender.Span);
        hasher.Append(salt.Span);
        hasher.Append(initCodeHash.Span);
        return new Address(hasher.Finish().Span[12..]);
    }
}
