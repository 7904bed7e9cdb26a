using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Solo;

/// <summary>
/// Consensus of a network in which one validator runs: build, precommit, commit. As long as its own vote is more than two
/// thirds of the power, every block it signs is final; others may bond, are counted, and are absent from the certificate,
/// which has the same form as with many validators. Pure: the clock, the signer, the executor and the disk are the shell's
/// (DESIGN D2).
/// </summary>
public sealed class SoloCore(Address proposer, BlockPolicy policy)
{
    private static readonly IReadOnlyList<SoloEffect> Nothing = [];

    public (SoloState State, IReadOnlyList<SoloEffect> Effects) Step(SoloState? state, SoloInput input) => input switch
    {
        SoloInput.Started started => Schedule(Initial(started), started.NowMs),
        _ when state is null => throw new InvalidOperationException("the first input of a core is Started"),
        SoloInput.TransactionsArrived arrived => Schedule(state with { TransactionsWait = true }, arrived.NowMs),
        SoloInput.BlockRequested requested => Schedule(state with { RequestedBlocks = state.RequestedBlocks + 1 }, requested.NowMs),
        SoloInput.TimerFired fired => Schedule(state, fired.NowMs),
        SoloInput.BlockBuilt built => OnBuilt(state, built),
        SoloInput.PrecommitSigned signed => OnSigned(state, signed),
        SoloInput.BlockCommitted committed => Schedule(state with { Phase = SoloPhase.Waiting, TransactionsWait = committed.TransactionsWait }, committed.NowMs),
        _ => throw new InvalidOperationException($"unknown input {input.GetType().Name}"),
    };

    private static SoloState Initial(SoloInput.Started started) => new(
        SoloPhase.Waiting, started.DecidedHeight + 1, started.Round, started.DecidedTimeMs, started.LastCommit,
        started.TransactionsWait, RequestedBlocks: 0, Hash256.Zero, Signers: default);

    private (SoloState, IReadOnlyList<SoloEffect>) Schedule(SoloState state, ulong nowMs)
    {
        if (state.Phase != SoloPhase.Waiting) return (state, Nothing);
        ulong? due = DueMs(state);
        if (due is null) return (state, Nothing);
        if (nowMs < due) return (state, [new SoloEffect.SetTimer(due.Value)]);
        SoloState building = state with
        {
            Phase = SoloPhase.Building,
            RequestedBlocks = state.RequestedBlocks == 0 ? 0 : state.RequestedBlocks - 1,
        };
        return (building, [new SoloEffect.Build(new BuildRequest(nowMs, proposer, state.LastCommit))]);
    }

    /// <summary>When the next block is due; null: not until something happens.</summary>
    private ulong? DueMs(SoloState state)
    {
        if (state.RequestedBlocks > 0) return 0;
        if (policy.Manual) return null;
        if (state.TransactionsWait) return state.LastBlockTimeMs + policy.IntervalMs;
        return policy.EmptyBlockIntervalMs == 0 ? null : state.LastBlockTimeMs + policy.EmptyBlockIntervalMs;
    }

    private (SoloState, IReadOnlyList<SoloEffect>) OnBuilt(SoloState state, SoloInput.BlockBuilt built)
    {
        Expect(state, SoloPhase.Building);
        SoloState signing = state with { Phase = SoloPhase.Signing, Proposal = built.BlockHash, LastBlockTimeMs = built.TimeMs };
        if (OwnVote(built.Voters, out ReadOnlyMemory<byte> signers) is { } reason) return (signing, [new SoloEffect.Halt(reason)]);
        return (signing with { Signers = signers }, [new SoloEffect.SignPrecommit(state.Height, state.Round, built.BlockHash)]);
    }

    /// <summary>The bitmap of a certificate with this vote only; a reason where that is no quorum.</summary>
    private string? OwnVote(ValidatorSet voters, out ReadOnlyMemory<byte> signers)
    {
        byte[] bitmap = new byte[(voters.Validators.Count + 7) / 8];
        UInt128 own = 0, total = 0;
        for (int i = 0; i < voters.Validators.Count; i++)
        {
            Validator validator = voters.Validators[i];
            total += validator.Power;
            if (validator.Operator != proposer) continue;
            own += validator.Power;
            bitmap[i / 8] |= (byte)(1 << (i % 8));
        }
        signers = bitmap;
        return own * 3 > total * 2 ? null : $"{proposer} has {own} of {total} voting power; deciding alone takes more than two thirds";
    }

    private static (SoloState, IReadOnlyList<SoloEffect>) OnSigned(SoloState state, SoloInput.PrecommitSigned signed)
    {
        Expect(state, SoloPhase.Signing);
        var certificate = new Certificate(state.Height, state.Round, state.Proposal, state.Signers, [signed.Signature]);
        SoloState next = state with { Height = state.Height + 1, Round = 0, LastCommit = certificate };
        return (next, [new SoloEffect.Commit(state.Proposal, certificate)]);
    }

    private static void Expect(SoloState state, SoloPhase phase)
    {
        if (state.Phase != phase) throw new InvalidOperationException($"input belongs to phase {phase}, not {state.Phase}");
    }
}
