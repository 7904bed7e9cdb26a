using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Trie;
using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Proofs;

/// <summary>
/// All transactions and receipts of a block as it encodes them: whoever recomputes both roots knows every transaction in it
/// and how it ended.
/// </summary>
public sealed record ReceiptClaim(IReadOnlyList<ReadOnlyMemory<byte>> Transactions, IReadOnlyList<ReadOnlyMemory<byte>> Receipts)
{
    /// <summary>Null if these are the block's transactions and receipts.</summary>
    public ClientError? Check(Header header)
    {
        if (Transactions.Count != Receipts.Count) return Invalid("not as many receipts as transactions");
        if (Root(Transactions) != header.TransactionsRoot) return Invalid("the transactions are not those of the block");
        return Root(Receipts) == header.ReceiptsRoot ? null : Invalid("the receipts are not those of the block");
    }

    /// <summary>Position and receipt of a transaction. Of a claim that holds, "not found" means that it is not in the block.</summary>
    public bool TryFind(Hash256 transactionHash, out int index, [NotNullWhen(true)] out Receipt? receipt)
    {
        receipt = null;
        ulong cumulativeGas = 0;
        for (index = 0; index < Transactions.Count; index++)
        {
            if (!ReceiptCodec.TryDecode(Receipts[index].Span, cumulativeGas, out Receipt? decoded)) return false;
            cumulativeGas = decoded.CumulativeGasUsed;
            if (Keccak.Hash(Transactions[index].Span) != transactionHash) continue;
            receipt = decoded;
            return true;
        }
        return false;
    }

    private static Hash256 Root(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        int[] offsets = new int[items.Count + 1];
        for (int i = 0; i < items.Count; i++) offsets[i + 1] = offsets[i] + items[i].Length;
        byte[] packed = new byte[offsets[^1]];
        for (int i = 0; i < items.Count; i++) items[i].CopyTo(packed.AsMemory(offsets[i]));
        return items.Any(item => item.IsEmpty) ? Hash256.Zero : OrderedTrie.Root(packed, offsets);
    }

    private static ClientError Invalid(string what) => FinalityProof.Invalid(ErrorCodes.ProofInvalid, what);
}
