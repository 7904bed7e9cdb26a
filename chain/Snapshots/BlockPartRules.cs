using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.Snapshots;

/// <summary>Whether a block part is what the validators signed, from one trusted header; nothing of it is believed before.</summary>
internal static class BlockPartRules
{
    /// <summary>Null if all holds, with the head's receipts; else what does not.</summary>
    /// <param name="trusted">The head, verified by the light client.</param>
    public static string? Check(BlockPart part, LightBlock trusted, ChainConstants chain, out List<Receipt> receipts)
    {
        receipts = [];
        if (part.Block.Hash != trusted.Hash) return "another block than the trusted head";
        if (BlockRules.CheckBinding(part.Block) is { IsValid: false } unbound) return $"{unbound.Code}: {unbound.Detail}";
        return CheckBody(part, chain, receipts) ?? CheckPast(part, trusted, chain);
    }

    public static ulong OldestPast(ulong head) => head > BlockPart.Headers ? head - BlockPart.Headers + 1 : 1;

    private static string? CheckBody(BlockPart part, ChainConstants chain, List<Receipt> receipts)
    {
        foreach (Transaction transaction in part.Block.Transactions)
        {
            if (SenderRecovery.Recover(transaction, chain.ChainId) is { } error) return $"transaction {transaction.Hash}: {error.Message}";
        }
        if (part.Receipts.Count != part.Block.Transactions.Count) return $"{part.Receipts.Count} receipts";
        ulong cumulativeGas = 0;
        foreach (byte[] encoded in part.Receipts)
        {
            if (!ReceiptCodec.TryDecode(encoded, cumulativeGas, out Receipt? receipt)) return "a receipt does not decode";
            cumulativeGas = receipt.CumulativeGasUsed;
            receipts.Add(receipt);
        }
        return OrderedTrie.ReceiptsRoot(receipts) == part.Block.Header.ReceiptsRoot ? null : "receipts";
    }

    private static string? CheckPast(BlockPart part, LightBlock trusted, ChainConstants chain)
    {
        var sets = new SortedDictionary<Hash256, ValidatorSet> { [trusted.Consensus.ValidatorsHash] = trusted.Validators };
        foreach (ValidatorSet set in part.Sets) sets[BlockHashes.Validators(set)] = set;
        Header above = trusted.Header;
        ulong oldest = OldestPast(above.Number);
        foreach (PastHeader past in part.Past)
        {
            ulong height = past.Header.Number;
            if (HeaderCodec.Hash(past.Header) != above.ParentHash || height + 1 != above.Number || past.Consensus.Height != height) return $"header {above.Number - 1}";
            if (BlockHashes.ExtraData(past.Consensus) != past.Header.ExtraData) return $"consensus header {height}";
            if (!sets.TryGetValue(past.Consensus.ValidatorsHash, out ValidatorSet? deciders) || !sets.ContainsKey(past.Consensus.NextValidatorsHash)) return $"validators of block {height}";
            if (CertificateRules.Check(past.Certificate, height, above.ParentHash, deciders) is { } what) return $"certificate {height}: {what}";
            if (CertificateRules.CheckSignatures(past.Certificate, chain, deciders) is { } forged) return $"certificate {height}: {forged}";
            above = past.Header;
        }
        return above.Number == oldest ? null : $"headers end at {above.Number}, not {oldest}";
    }
}
