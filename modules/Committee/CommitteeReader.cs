using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Modules.Staking.Published;

namespace Dsdn.Modules.Committee;

/// <summary>What an anchor that is signed now has to name, and who signs it.</summary>
/// <param name="Epoch">Of the chain.</param>
/// <param name="ValidatorSetHash">As in the blocks.</param>
/// <param name="Validators">In the order of bitmaps.</param>
public sealed record AnchorBasis(ulong Epoch, Hash256 ValidatorSetHash, ValidatorSet Validators)
{
    /// <param name="chainId">Of this chain.</param>
    public LogAnchor Anchor(ulong chainId, ulong seq, in Hash256 coreHash, in Hash256 stateRoot, ulong daHeight = 0, Hash256 daDataRoot = default) =>
        new(chainId, Epoch, ValidatorSetHash, seq, coreHash, stateRoot, daHeight, daDataRoot);
}

/// <summary>For nodes that have a state of the chain beside them: what it says of the log, without a call, and the call that anchors.</summary>
public static class CommitteeReader
{
    private static readonly ModuleKernel Kernel = DsdnModules.Kernel();

    public static readonly Address Address = ModuleTable.AddressOf(CommitteeState.Module);

    /// <summary>Null before the first.</summary>
    public static LogAnchor? LastAnchor(IStateView state) => CommitteeLedger.Last(Kernel.Reader(state, CommitteeState.Module))?.Anchor;

    /// <summary>What validators sign an anchor for on top of this state.</summary>
    public static AnchorBasis Basis(IStateView state)
    {
        VotingSet voting = VotingSets.Current(Kernel.Reader(state, CommitteeState.Module));
        return new AnchorBasis(voting.Epoch, BlockHashes.Validators(voting.Set), voting.Set);
    }

    /// <summary>Where the module's feed stands.</summary>
    public static FeedPosition Feed(IStateView state)
    {
        ModuleContext context = Kernel.Reader(state, CommitteeState.Module);
        Hash256 feed = Hash256.Zero;
        if (CommitteeState.Feed.Get(context, default) is { IsZero: false } word)
        {
            byte[] bytes = new byte[Hash256.Size];
            word.WriteBigEndian(bytes);
            feed = new Hash256(bytes);
        }
        return new FeedPosition(CommitteeState.Module, CommitteeState.FeedSequence.Get(context, default).ToUInt64(), feed);
    }

    /// <summary>The data of the transaction to <see cref="Address"/> that brings this anchor to the chain. It carries no value.</summary>
    public static byte[] AnchorCall(AttestedAnchor attested)
    {
        LogAnchor anchor = attested.Anchor;
        byte[] signatures = [.. attested.Signatures.SelectMany(static signature => signature.ToArray())];
        return CommitteeModule.Anchor.Abi.EncodeCall(
            anchor.Seq, anchor.CoreHash, anchor.StateRoot, anchor.DaHeight, anchor.DaDataRoot, attested.Signers.ToArray(), signatures);
    }

    /// <summary>Gas that is enough for <see cref="AnchorCall"/>, beside what the data cost: so no estimate is needed.</summary>
    public static ulong AnchorGas(int signatures) => TakeAnchor.GasBeside + (GasSchedule.Default.Ed25519Verify * (ulong)signatures);
}
