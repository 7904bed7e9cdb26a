using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Trie;
using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Proofs;

/// <summary>An account with the trie nodes that prove it under a state root (EIP-1186).</summary>
public sealed record AccountClaim(Address Address, ulong Nonce, Amount Balance, Hash256 StorageRoot, Hash256 CodeHash, IReadOnlyList<ReadOnlyMemory<byte>> Nodes)
{
    /// <summary>Null if the nodes prove exactly this; an account of zeros may be proven by its absence.</summary>
    public ClientError? Check(Hash256 stateRoot)
    {
        if (!TrieProofVerifier.TryVerify(stateRoot, Address.Span, Nodes, out byte[] leaf)) return Invalid("the nodes do not lead from the state root to the account");
        if (leaf.Length == 0) return Nonce == 0 && Balance.IsZero ? null : Invalid("the account does not exist");
        var reader = new RlpReader(leaf);
        bool decoded = reader.TryReadList(out RlpReader fields) && reader.TryEnd();
        if (!decoded || !fields.TryReadUInt64(out ulong nonce) || !fields.TryReadAmount(out Amount balance)
            || !fields.TryReadHash(out Hash256 storageRoot) || !fields.TryReadHash(out Hash256 codeHash) || !fields.TryEnd())
        {
            return Invalid("the leaf is no account");
        }
        bool equal = nonce == Nonce && balance == Balance && storageRoot == StorageRoot && codeHash == CodeHash;
        return equal ? null : Invalid($"the leaf says nonce {nonce}, balance {balance}");
    }

    /// <summary>Whether the leaf is there at all. Of a claim that holds.</summary>
    public bool Exists(Hash256 stateRoot) => TrieProofVerifier.TryVerify(stateRoot, Address.Span, Nodes, out byte[] leaf) && leaf.Length > 0;

    private static ClientError Invalid(string what) => FinalityProof.Invalid(ErrorCodes.ProofInvalid, what);
}
