using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.Execution;

/// <summary>
/// The rules of a foreign block in the order they are asked; the first broken one is the verdict. The proposal's
/// signature is consensus' to verify.
/// </summary>
internal static class BlockRules
{
    /// <summary>
    /// Whether the hash names this content at all. If not, the verdict says nothing about the block of that hash: anyone may
    /// send an honest header with another body.
    /// </summary>
    public static BlockVerdict CheckBinding(Block block)
    {
        if (block.Consensus is not { } consensus) return FieldComparison.Invalid("CONSENSUS-HEADER", "absent");
        var fields = new FieldComparison();
        fields.Same("HASH", block.Hash, HeaderCodec.Hash(block.Header));
        fields.Same("EXTRA-DATA", block.Header.ExtraData, BlockHashes.ExtraData(consensus));
        fields.Same("LAST-COMMIT-HASH", consensus.LastCommitHash, BlockHashes.LastCommit(block.LastCommit));
        fields.Same("EVIDENCE-HASH", consensus.EvidenceHash, BlockHashes.Evidence(block.Evidence.Span));
        fields.Same("VRF-PROOF-HASH", consensus.VrfProofHash, BlockHashes.VrfProof(block.VrfProof.Span));
        if (fields.Verdict.IsValid) fields.Same("TRANSACTIONS-ROOT", block.Header.TransactionsRoot, OrderedTrie.TransactionsRoot(block.Transactions));
        return fields.Verdict;
    }

    /// <summary>What must hold before a frame can be made: then the proposer is found.</summary>
    public static BlockVerdict CheckPlace(Block block, ChainConstants chain, Tip parent, out Validator? proposer)
    {
        proposer = null;
        ConsensusHeader consensus = block.Consensus ?? throw new InvalidOperationException("checked before");
        var fields = new FieldComparison();
        fields.Same("VERSION", consensus.Version, ConsensusHeader.CurrentVersion);
        fields.Same("CHAIN-ID", consensus.ChainId, chain.ChainId);
        fields.Same("PARENT", block.Header.ParentHash, parent.Block.Hash);
        fields.Same("NUMBER", block.Header.Number, parent.Number + 1);
        fields.Same("HEIGHT", consensus.Height, parent.Number + 1);
        if (!fields.Verdict.IsValid) return fields.Verdict;
        if (consensus.TimeMs <= parent.TimeMs) return FieldComparison.Invalid("TIME", $"{consensus.TimeMs} ms is not after the parent's {parent.TimeMs} ms");
        proposer = parent.FindValidator(consensus.Proposer);
        if (proposer is null) return FieldComparison.Invalid("PROPOSER", $"{consensus.Proposer} is no validator");
        return CheckBody(block, chain, parent);
    }

    /// <summary>What place and body fix, before anything is executed.</summary>
    public static BlockVerdict CheckFrame(Block block, Header header, ConsensusHeader consensus)
    {
        ConsensusHeader theirs = block.Consensus ?? throw new InvalidOperationException("checked before");
        var fields = new FieldComparison();
        fields.Same("COINBASE", block.Header.Coinbase, header.Coinbase);
        fields.Same("GAS-LIMIT", block.Header.GasLimit, header.GasLimit);
        fields.Same("BASE-FEE", block.Header.BaseFeePerGas, header.BaseFeePerGas);
        fields.Same("TIMESTAMP", block.Header.Timestamp, header.Timestamp);
        fields.Same("MIX-HASH", block.Header.MixHash, header.MixHash);
        fields.Same("BEACON", theirs.Beacon, consensus.Beacon);
        fields.Same("VALIDATORS-HASH", theirs.ValidatorsHash, consensus.ValidatorsHash);
        fields.Same("PARAMS-HASH", theirs.ParamsHash, consensus.ParamsHash);
        fields.Same("LOG-ANCHOR-ROOT", theirs.LogAnchorRoot, consensus.LogAnchorRoot);
        return fields.Verdict;
    }

    /// <summary>What execution yielded.</summary>
    public static BlockVerdict CheckResult(Block block, Header header, ConsensusHeader consensus)
    {
        ConsensusHeader theirs = block.Consensus ?? throw new InvalidOperationException("checked before");
        var fields = new FieldComparison();
        fields.Same("GAS-USED", block.Header.GasUsed, header.GasUsed);
        fields.Same("RECEIPTS-ROOT", block.Header.ReceiptsRoot, header.ReceiptsRoot);
        if (!block.Header.LogsBloom.Equals(header.LogsBloom)) return FieldComparison.Invalid("LOGS-BLOOM", "differs from the receipts'");
        fields.Same("STATE-ROOT", block.Header.StateRoot, header.StateRoot);
        fields.Same("MODULE-ROOTS-HASH", theirs.ModuleRootsHash, consensus.ModuleRootsHash);
        fields.Same("NEXT-VALIDATORS-HASH", theirs.NextValidatorsHash, consensus.NextValidatorsHash);
        fields.Same("HASH", block.Hash, HeaderCodec.Hash(header));
        return fields.Verdict;
    }

    /// <summary>Null if the run made exactly the block's transactions.</summary>
    public static BlockVerdict CheckSystemTransactions(IReadOnlyList<Transaction> theirs, IReadOnlyList<Transaction> ours)
    {
        if (theirs.Count != ours.Count) return FieldComparison.Invalid("SYSTEM-TRANSACTION", $"block has {theirs.Count} transactions, this node {ours.Count}");
        for (int i = 0; i < ours.Count; i++)
        {
            if (theirs[i].Hash != ours[i].Hash) return FieldComparison.Invalid("SYSTEM-TRANSACTION", $"transaction {i} is {theirs[i].Hash}, not {ours[i].Hash}");
        }
        return BlockVerdict.Valid;
    }

    private static BlockVerdict CheckBody(Block block, ChainConstants chain, Tip parent)
    {
        if (!EvidenceCodec.TryDecodeList(block.Evidence.Span, out _)) return FieldComparison.Invalid("EVIDENCE", $"{block.Evidence.Length} bytes that are no list of evidence");
        if (!VrfBeacon.TryNext(parent.Block.Header.MixHash, block.VrfProof.Span, out _)) return FieldComparison.Invalid("VRF-PROOF", $"{block.VrfProof.Length} bytes that are no proof");
        long bytes = new BlockExtras(block.LastCommit, block.Evidence, block.VrfProof).Bytes;
        for (int i = 0; i < block.Transactions.Count; i++) bytes += block.Transactions[i].Raw.Length;
        if (bytes > chain.Parameters.BlockBytesMax) return FieldComparison.Invalid("BYTES", $"{bytes} bytes, at most {chain.Parameters.BlockBytesMax}");
        return CheckLastCommit(block.LastCommit, parent);
    }

    /// <summary>The parent's certificate, in every block but the first.</summary>
    public static BlockVerdict CheckLastCommit(Certificate? commit, Tip parent)
    {
        if (parent.Number == 0) return commit is null ? BlockVerdict.Valid : FieldComparison.Invalid("LAST-COMMIT", "block 1 has none");
        if (commit is null) return FieldComparison.Invalid("LAST-COMMIT", "absent");
        return CertificateRules.Check(commit, parent.Number, parent.Block.Hash, parent.Deciders) is { } detail
            ? FieldComparison.Invalid("LAST-COMMIT", detail)
            : BlockVerdict.Valid;
    }

    /// <summary>A block may have none: then its proposer adds nothing to the beacon.</summary>
    /// <param name="verified">Of another thread, for this or another block; null: none.</param>
    public static BlockVerdict CheckVrfProof(ReadOnlyMemory<byte> proof, ChainConstants chain, Tip parent, Validator proposer, VerifiedVrfProof? verified = null)
    {
        if (proof.IsEmpty) return BlockVerdict.Valid;
        byte[] alpha = VrfBeacon.Alpha(chain.ChainId, parent.Number + 1, parent.Block.Header.MixHash);
        ReadOnlySpan<byte> key = proposer.ConsensusKey.Span;
        return verified?.Says(proof.Span, key, alpha) == true || Ecvrf.Verify(key, alpha, proof.Span)
            ? BlockVerdict.Valid
            : FieldComparison.Invalid("VRF-PROOF", $"does not verify under the key of {proposer.Operator}");
    }

    /// <summary>The certificate with which this node decided the parent needs no second look.</summary>
    public static BlockVerdict CheckCommitSignatures(Certificate? commit, ChainConstants chain, Tip parent)
    {
        if (commit is null) return BlockVerdict.Valid;
        return CertificateRules.CheckSignatures(commit, chain.ChainId, chain.GenesisHash, parent.Deciders, parent.Certificate) is { } detail
            ? FieldComparison.Invalid("LAST-COMMIT", detail)
            : BlockVerdict.Valid;
    }
}
