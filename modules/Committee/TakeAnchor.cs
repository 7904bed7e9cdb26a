using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Staking.Published;

namespace Dsdn.Modules.Committee;

/// <summary>
/// anchor(seq, coreHash, stateRoot, daHeight, daDataRoot, bitmap, signatures): what the chain knows of the log moves on (rulings 38).
/// Who sends it does not matter: the signatures of validators with more than two thirds of the power do. They name epoch and set,
/// so they count for those in force at this block, or shortly before it where they changed on the way.
/// </summary>
internal readonly record struct TakeAnchor(
    ulong Seq, Hash256 CoreHash, Hash256 StateRoot, ulong DaHeight, Hash256 DaDataRoot, ReadOnlyMemory<byte> Signers, ReadOnlyMemory<byte> Signatures)
    : IMessage<TakeAnchor>
{
    /// <summary>Validators a set can have, and so signatures.</summary>
    public const int SignaturesMax = 150;

    /// <summary>Gas of all but the signatures: the sets that are tried, the rows, the logs.</summary>
    public const ulong GasBeside = 350_000;

    /// <summary>With one more check for each older pair, where the first signature fails.</summary>
    public static readonly ulong GasMax = GasBeside + (GasSchedule.Default.Ed25519Verify * (SignaturesMax + SetsMax));

    /// <summary>Pairs of epoch and set that an anchor is tried against.</summary>
    private const int SetsMax = 4;

    public static TakeAnchor Read(Arguments arguments) => new(
        arguments.UInt64(0), arguments.Hash(1), arguments.Hash(2), arguments.UInt64(3), arguments.Hash(4), arguments.Bytes(5), arguments.Bytes(6));

    public Outcome Check(in CallFacts call)
    {
        if (Seq == 0 || CoreHash.IsZero || StateRoot.IsZero || (DaHeight == 0) != DaDataRoot.IsZero) return CommitteeErrors.InvalidAnchor.With();
        int count = Signatures.Length / Ed25519.SignatureSize;
        bool fits = Signatures.Length % Ed25519.SignatureSize == 0 && count <= SignaturesMax
            && Signers.Length <= Bitmap.BytesFor(SignaturesMax) && Bitmap.Count(Signers.Span) == count;
        return fits ? Outcome.Done : CommitteeErrors.WrongSigners.With((ulong)SignaturesMax, (ulong)count);
    }

    public Outcome Execute(ModuleContext context)
    {
        if (!CommitteeState.Committee.Contains(context, default) || CommitteeState.Params.Find(context, default) is not { } parameters)
            return CommitteeErrors.NoCommittee.With();
        if (CommitteeLedger.Last(context)?.Anchor is { } last)
        {
            if (Seq == last.Seq) return CommitteeErrors.AlreadyAnchored.With(Seq, last.CoreHash);
            if (Seq < last.Seq) return CommitteeErrors.StaleAnchor.With(Seq, last.Seq);
        }
        if (FindAttested(context, parameters, out Outcome refusal) is not { } row) return refusal;
        ulong index = CommitteeLedger.Append(context, parameters, row);
        context.Emit(
            CommitteeEvents.AnchorAttested, Seq, index, CoreHash, StateRoot, DaHeight, DaDataRoot, row.Anchor.Epoch, row.SignedPower, row.TotalPower);
        return Outcome.Return(index);
    }

    /// <summary>
    /// The anchor for the epoch and set that signed it, newest first. A signature names its epoch and set, so the wrong ones fail at
    /// the first signature, and all tries together check hardly more than one does. The error is that of the newest.
    /// </summary>
    private AnchorRow? FindAttested(ModuleContext context, CommitteeParams parameters, out Outcome refusal)
    {
        refusal = CommitteeErrors.NoCommittee.With();
        ulong height = context.Block.Height;
        ReadOnlyMemory<byte>[] signatures = Split();
        bool isNewest = true;
        foreach (VotingSet voting in VotingSets.Since(context, height > parameters.GraceBlocks ? height - parameters.GraceBlocks : 0, SetsMax))
        {
            LogAnchor anchor = new(context.Block.ChainId, voting.Epoch, BlockHashes.Validators(voting.Set), Seq, CoreHash, StateRoot, DaHeight, DaDataRoot);
            LogVerdict verdict = ValidatorAttestation.CheckSigners(anchor.Message, voting.Set, Signers.Span, signatures, context.VerifyEd25519);
            (ulong signed, ulong total) = Powers(voting.Set);
            if (verdict.IsValid) return new AnchorRow(anchor, height, context.Block.TimeMs, signed, total, context.Caller);
            if (isNewest) refusal = Refusal(verdict.Fault, anchor, voting.Set, signed, total);
            isNewest = false;
        }
        return null;
    }

    private Outcome Refusal(LogFault fault, LogAnchor anchor, ValidatorSet set, ulong signed, ulong total) => fault switch
    {
        LogFault.Bitmap => CommitteeErrors.WrongSigners.With((ulong)set.Validators.Count, (ulong)(Signatures.Length / Ed25519.SignatureSize)),
        LogFault.Power => CommitteeErrors.TooLittlePower.With(signed, total),
        _ => CommitteeErrors.WrongSignature.With(anchor.Epoch, anchor.ValidatorSetHash),
    };

    private ReadOnlyMemory<byte>[] Split()
    {
        ReadOnlyMemory<byte>[] signatures = new ReadOnlyMemory<byte>[Signatures.Length / Ed25519.SignatureSize];
        for (int i = 0; i < signatures.Length; i++) signatures[i] = Signatures.Slice(i * Ed25519.SignatureSize, Ed25519.SignatureSize);
        return signatures;
    }

    private (ulong Signed, ulong Total) Powers(ValidatorSet set)
    {
        ulong signed = 0, total = 0;
        for (int i = 0; i < set.Validators.Count; i++)
        {
            total += set.Validators[i].Power;
            if (i / 8 < Signers.Length && Bitmap.Has(Signers.Span, i)) signed += set.Validators[i].Power;
        }
        return (signed, total);
    }
}
