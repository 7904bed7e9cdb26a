using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.State;

/// <summary>The tries of one height as proofs need them.</summary>
internal interface ITrieShape
{
    /// <summary>What stands at the root of a trie on the way to a key; null for an empty trie.</summary>
    TrieSpot? Root(byte trie, ReadOnlySpan<byte> key);
}

/// <summary>The tries of a version.</summary>
internal sealed class TreeShape(TreeVersion version, ITriePages pages) : ITrieShape
{
    public TrieSpot? Root(byte trie, ReadOnlySpan<byte> key) => TrieSpot.Of(version.Nodes[trie], trie, pages);
}

internal static class ProofMaker
{
    public static AccountProof Make(ITrieShape shape, in Address address, IReadOnlyList<Hash256> slots)
    {
        Hash256 key = Keccak.Hash(address.Span);
        TrieProof proof = TrieProof.Make(shape.Root(0, key.Span), LeafForm.Account, key.Span);
        Account account = default;
        (Hash256 storageRoot, Hash256 codeHash) = (SortedTrie.EmptyRoot, Keccak.OfEmpty);
        if (proof.Payload.Length > 0)
        {
            if (!LeafPayload.TryReadAccount(proof.Payload, out ulong nonce, out UInt128 balance))
                throw new StateCorruptException($"account {address}: the leaf is malformed");
            account = new Account(nonce, new Amount(balance), proof.Payload[0] == LeafPayload.Whole);
            (storageRoot, codeHash) = LeafPayload.ReadRoots(proof.Payload);
        }
        int module = account.IsModule ? StateTree.ModuleOf(address) : -1;
        var storage = new StorageProof[slots.Count];
        for (int i = 0; i < storage.Length; i++)
        {
            Hash256 slotKey = Keccak.Hash(slots[i].Span);
            TrieSpot? root = module < 0 ? null : shape.Root((byte)(1 + module), slotKey.Span);
            TrieProof slotProof = TrieProof.Make(root, LeafForm.Word, slotKey.Span);
            storage[i] = new StorageProof(slots[i], LeafPayload.ReadWord(slotProof.Payload), slotProof.Nodes);
        }
        return new AccountProof(address, account, codeHash, storageRoot, proof.Nodes, storage);
    }
}
