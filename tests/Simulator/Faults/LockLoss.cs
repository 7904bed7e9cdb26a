using Dsdn.Chain.Blocks;
using Dsdn.Chain.State.Storage;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Tendermint;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Faults;

/// <summary>
/// The restored disk that matters most: a validator alone sees the prevotes for a value, precommits it, and comes back on a log
/// from before, in the next round, where the others, who saw no such prevotes, propose another value. Only its signer knows of the lock.
/// </summary>
internal sealed class LockLoss(World world, Machine doomed, SeededRandom random, Func<bool> isOver)
{
    private const int TimesMax = 3;
    private const ulong ArrangedUs = 2_500_000;
    private const ulong RejoinedUs = 1_200_000;

    private (ulong Height, WalDevice Wal, MemoryStore Store)? _arranged;
    private (ulong Height, uint Round)? _lost;
    private Machine? _deaf;
    private int _times;

    public void Begin()
    {
        world.BlockCommitted += OnCommitted;
        world.RoundEntered += OnRound;
        world.VoteSigned += OnSigned;
    }

    private void OnCommitted(Machine machine, ulong height)
    {
        if (machine == doomed && _lost is null && _times < TimesMax && !isOver() && random.OneIn(2)) Arrange(height + 1);
    }

    private void OnRound(Machine machine, ulong height, uint round, CoreStep step)
    {
        if (machine != doomed && machine.IsValidator && _lost is { } lost && height == lost.Height && round > lost.Round) Rejoin();
    }

    /// <summary>One other hears nothing of the height, so that it prevotes nil; the doomed one hears all, and its votes are not heard.</summary>
    private void Arrange(ulong height)
    {
        string name = $"before the lock {_times++}";
        doomed.Store.Checkpoint(name);
        _arranged = (height, doomed.Wal.Copy(), doomed.Store.OpenCheckpoint(name));
        Machine[] others = [.. world.Machines.Where(machine => machine.IsValidator && machine != doomed)];
        _deaf = random.Pick(others);
        world.Note($"{doomed} is to lose its lock of height {height}, {_deaf} hears nothing");
        Machine? deaf = _deaf;
        Muffle((from, to, message) => (to == deaf && IsOf(height, message)) || (from == doomed && message is PeerMessage.Votes && IsOf(height, message)), ArrangedUs);
    }

    private void OnSigned(Machine machine, Vote vote)
    {
        if (machine == _deaf && vote is { Kind: VoteKind.Prevote, IsNil: true } && vote.Height == _arranged?.Height && _lost is not null) world.Muffled = null; // it may hear now
        if (machine != doomed || vote.Kind != VoteKind.Precommit || vote.IsNil || _lost is not null || _arranged is not { } arranged || vote.Height != arranged.Height || isOver()) return;
        _lost = (vote.Height, vote.Round);
        world.Time.After(1, Lose);
    }

    private void Lose()
    {
        if (_arranged is not { } arranged) return;
        world.Faults.Count(Fault.LockLost);
        world.Note($"{doomed} loses its lock of height {arranged.Height}");
        world.Stop(doomed);
        (doomed.Wal, doomed.Store) = (arranged.Wal, arranged.Store);
        world.Chain.Forgot(doomed);
        world.Signatures.Forgot(doomed);
        world.Evidence.DiskLost(doomed);
        world.Time.After(2 * ArrangedUs, Rejoin); // the others may have decided
    }

    private void Rejoin()
    {
        if (_lost is not { } lost) return;
        (_lost, _arranged) = (null, null);
        Machine? deaf = _deaf;
        if (!isOver()) Muffle((_, to, message) => to == deaf && IsOf(lost.Height, message), RejoinedUs);
        world.Start(doomed);
    }

    private void Muffle(Func<Machine, Machine, PeerMessage, bool> muffled, ulong forUs)
    {
        world.Muffled = muffled;
        world.Time.After(forUs, () =>
        {
            if (world.Muffled == muffled) world.Muffled = null;
            if (_lost is null) _arranged = null;
        });
    }

    private static bool IsOf(ulong height, PeerMessage message) => message switch
    {
        PeerMessage.ProposalMessage proposal => proposal.Proposal.Height == height,
        PeerMessage.Part part => part.Height == height,
        PeerMessage.Votes { Items: [{ } vote, ..] } => vote.Height == height,
        _ => false,
    };
}
