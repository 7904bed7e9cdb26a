using System.Buffers.Binary;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.DaServer.Accounts;

/// <summary>What the chain knows of an account.</summary>
/// <param name="Sequence">Of its next transaction.</param>
internal readonly record struct AccountState(ulong Sequence, UInt128 BalanceUtia)
{
    /// <summary>The application hash of a state: the RFC 6962 root over sequence and balance of each account, in the order of the keyring.</summary>
    public static Hash256 RootOf(IReadOnlyList<AccountState> accounts)
    {
        Hash256[] leaves = new Hash256[accounts.Count];
        Span<byte> content = stackalloc byte[sizeof(ulong) + 16];
        for (int i = 0; i < leaves.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(content, accounts[i].Sequence);
            BinaryPrimitives.WriteUInt128BigEndian(content[sizeof(ulong)..], accounts[i].BalanceUtia);
            leaves[i] = Sha256Tree.Leaf(content);
        }
        return Sha256Tree.Root(leaves);
    }
}
