using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Execution;

/// <summary>
/// All of a block's headers that is fixed before it runs, the same code for builder and validator: parent, time and proposer
/// fix the rest. <see cref="Headers"/> adds what execution yields.
/// </summary>
internal sealed class BlockFrame
{
    private readonly Tip _parent;
    private readonly ConsensusHeader _consensus;

    public BlockContext Context { get; }

    /// <param name="timeMs">After the parent's.</param>
    /// <param name="extras">Well formed.</param>
    public BlockFrame(ChainConstants chain, Tip parent, ulong timeMs, Validator proposer, BlockExtras extras)
    {
        _parent = parent;
        ulong height = parent.Block.Header.Number + 1;
        if (!VrfBeacon.TryNext(parent.Block.Header.MixHash, extras.VrfProof.Span, out Hash256 beacon)) throw new ArgumentException("not a VRF proof");
        if (!EvidenceCodec.TryDecodeList(extras.Evidence.Span, out IReadOnlyList<EvidenceItem>? evidence)) throw new ArgumentException("not a list of evidence");
        Context = new BlockContext(
            chain.ChainId, height, timeMs, proposer.Payout, proposer.Operator,
            BaseFee.Next(parent.Block.Header, chain.Parameters), chain.Parameters.BlockGasMax, beacon)
        {
            ParentHash = parent.Block.Hash,
            GenesisHash = chain.GenesisHash,
            LastCommit = extras.LastCommit,
            Evidence = evidence,
        };
        _consensus = new ConsensusHeader
        {
            Version = ConsensusHeader.CurrentVersion,
            ChainId = chain.ChainId,
            Height = height,
            TimeMs = timeMs,
            Proposer = proposer.Operator,
            LastCommitHash = BlockHashes.LastCommit(extras.LastCommit),
            ValidatorsHash = BlockHashes.Validators(parent.Validators),
            NextValidatorsHash = Hash256.Zero,
            ParamsHash = chain.ParamsHash,
            EvidenceHash = BlockHashes.Evidence(extras.Evidence.Span),
            VrfProofHash = BlockHashes.VrfProof(extras.VrfProof.Span),
            Beacon = beacon,
            ModuleRootsHash = Hash256.Zero,
            LogAnchorRoot = Hash256.Zero,
        };
    }

    public (Header Header, ConsensusHeader Consensus) Headers(ExecutionRoots roots)
    {
        ConsensusHeader consensus = _consensus with { NextValidatorsHash = roots.NextValidatorsHash, ModuleRootsHash = roots.ModuleRootsHash };
        var header = new Header
        {
            ParentHash = _parent.Block.Hash,
            Coinbase = Context.Coinbase,
            StateRoot = roots.StateRoot,
            TransactionsRoot = roots.TransactionsRoot,
            ReceiptsRoot = roots.ReceiptsRoot,
            LogsBloom = roots.LogsBloom,
            Number = Context.Height,
            GasLimit = Context.GasLimit,
            GasUsed = roots.GasUsed,
            Timestamp = Context.TimeMs / 1000,
            ExtraData = BlockHashes.ExtraData(consensus),
            MixHash = Context.Beacon,
            BaseFeePerGas = Context.BaseFee,
        };
        return (header, consensus);
    }
}

/// <summary>What a body carries beside transactions.</summary>
internal readonly record struct BlockExtras(Certificate? LastCommit, ReadOnlyMemory<byte> Evidence, ReadOnlyMemory<byte> VrfProof)
{
    /// <summary>What counts against the block's bytes beside its transactions.</summary>
    public int Bytes => (LastCommit is null ? 0 : CertificateCodec.Encode(LastCommit).Length) + Evidence.Length + VrfProof.Length;
}

/// <summary>What the headers say about a block's execution.</summary>
internal sealed record ExecutionRoots(
    ulong GasUsed, Hash256 TransactionsRoot, Hash256 ReceiptsRoot, Bloom LogsBloom,
    Hash256 StateRoot, Hash256 ModuleRootsHash, Hash256 NextValidatorsHash)
{
    /// <summary>Before anything ran.</summary>
    public static readonly ExecutionRoots None = new(0, default, default, Bloom.Empty, default, default, default);
}
