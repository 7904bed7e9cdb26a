using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Consensus.Gossip;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Sync;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Replica;

/// <summary>What core, gossip, relay and block sync ask for, turned into effects of the whole in the order that a crash allows.</summary>
public sealed partial class ReplicaCore
{
    private void Carry(IReadOnlyList<CoreEffect> effects)
    {
        foreach (CoreEffect effect in effects)
        {
            if (_isHalted) return;
            Carry(effect);
        }
    }

    private void Carry(CoreEffect effect)
    {
        switch (effect)
        {
            case CoreEffect.SetTimer timer:
                _effects.Add(new ReplicaEffect.SetTimer(timer.Timer, timer.AtMs));
                break;
            case CoreEffect.Build build:
                _effects.Add(new ReplicaEffect.Build(build.Height, build.Round, build.LastCommit));
                break;
            case CoreEffect.SignProposal sign:
                SyncWal();
                _effects.Add(new ReplicaEffect.SignProposal(sign.Unsigned));
                break;
            case CoreEffect.SignVote sign:
                SyncWal(); // or else a restart may ask for another vote, which the signer refuses, and a round does not end without it
                _effects.Add(new ReplicaEffect.SignVote(sign.Unsigned));
                break;
            case CoreEffect.BroadcastProposal broadcast:
                SyncWal();
                if (_values.Find(broadcast.Proposal.ValueId, broadcast.Proposal.PartsRoot) is { } value) Carry(_gossip.Step(new GossipInput.OwnProposal(broadcast.Proposal, value.Parts, _nowMs)));
                break;
            case CoreEffect.BroadcastVote broadcast:
                SyncWal();
                _votes.See(broadcast.Vote);
                Carry(_gossip.Step(new GossipInput.OwnVote(broadcast.Vote)));
                break;
            case CoreEffect.ProposalAccepted accepted:
                PartSet? known = _values.Find(accepted.Proposal.ValueId, accepted.Proposal.PartsRoot)?.Parts;
                Carry(_gossip.Step(new GossipInput.ProposalAccepted(accepted.Proposal, _nowMs, known)));
                AnswerKnownValue(accepted.Proposal);
                break;
            case CoreEffect.VoteAccepted accepted:
                if (accepted.Vote.Height == Height) _votes.See(accepted.Vote);
                Carry(_gossip.Step(new GossipInput.VoteAccepted(accepted.Vote)));
                break;
            case CoreEffect.VoteKept:
                break; // only for the record
            case CoreEffect.Redeliver again:
                Feed(again.Message);
                break;
            case CoreEffect.ValueWanted wanted:
                Carry(_gossip.Step(new GossipInput.ValueWanted(wanted.Height, wanted.Round, wanted.ValueId)));
                break;
            case CoreEffect.RoundEntered entered:
                (_round, _step) = (entered.Round, entered.Step);
                Carry(_gossip.Step(new GossipInput.RoundEntered(entered.Height, entered.Round, entered.Step)));
                _effects.Add(new ReplicaEffect.RoundEntered(entered.Height, entered.Round, entered.Step));
                break;
            case CoreEffect.Decide decide:
                Commit(decide);
                break;
            case CoreEffect.VoteEvidence evidence:
                _effects.Add(new ReplicaEffect.VoteEvidence(evidence.Evidence));
                break;
            case CoreEffect.ProposalEvidence evidence:
                _effects.Add(new ReplicaEffect.ProposalEvidence(evidence.Evidence));
                Carry(_gossip.Step(new GossipInput.ProposalAccepted(evidence.Evidence.Second, _nowMs))); // others may have prevoted that one
                break;
            case CoreEffect.Rejected rejected:
                if (_sender is { } sender) Penalize(sender, Offence.BadSignature, $"{rejected.Code}: {rejected.Detail}");
                break;
            case CoreEffect.Diverged diverged:
                string why = _values.Find(diverged.ValueId)?.Verdict is { } verdict ? $"{verdict.Code} {verdict.Detail}" : "invalid here";
                Halt(DivergedException.ErrorCode, $"block {diverged.Height} {diverged.ValueId} has the prevotes of more than two thirds but is {why}");
                break;
            default:
                throw new InvalidOperationException($"unknown effect {effect.GetType().Name}");
        }
    }

    /// <summary>A proposal again of a value that is here already: nothing has to be fetched or executed twice.</summary>
    private void AnswerKnownValue(Proposal proposal)
    {
        if (_values.Find(proposal.ValueId, proposal.PartsRoot) is not { } value) return;
        if (value.Verdict is { } verdict) Feed(new CoreInput.ValueChecked(Height, proposal.ValueId, proposal.PartsRoot, TimeOf(value.Block), verdict.IsValid, _nowMs));
        else _effects.Add(new ReplicaEffect.Execute(value.Block));
    }

    private void Commit(CoreEffect.Decide decide)
    {
        HeightValue value = _values.Find(decide.Certificate.BlockHash) ?? throw new InvalidOperationException("the core decides only what it was told is here");
        _isCommitting = true;
        _effects.Add(new ReplicaEffect.Commit(value.Block, decide.Certificate));
    }

    private void Carry(IReadOnlyList<GossipEffect> effects)
    {
        foreach (GossipEffect effect in effects)
        {
            switch (effect)
            {
                case GossipEffect.Send send:
                    _effects.Add(new ReplicaEffect.Send(send.To, send.Message));
                    break;
                case GossipEffect.DeliverProposal deliver:
                    _sender = deliver.From;
                    Tell(_ownKey.See(deliver.Proposal, out bool isForgedProposal));
                    if (isForgedProposal) Penalize(deliver.From, Offence.BadSignature, "a proposal in the name of this validator");
                    Feed(new CoreInput.ProposalArrived(deliver.Proposal, _nowMs));
                    break;
                case GossipEffect.DeliverVote deliver:
                    _sender = deliver.From;
                    Tell(_ownKey.See(deliver.Vote, out bool isForgedVote));
                    if (isForgedVote) Penalize(deliver.From, Offence.BadSignature, "a vote in the name of this validator");
                    Feed(new CoreInput.VoteArrived(deliver.Vote, _nowMs));
                    break;
                case GossipEffect.ValueComplete complete:
                    OnValue(complete.Proposal, complete.Value);
                    break;
                case GossipEffect.PoolTransactions pool:
                    _effects.Add(new ReplicaEffect.AddTransactions(pool.From, pool.Items));
                    break;
                case GossipEffect.CheckEvidence check:
                    _effects.Add(new ReplicaEffect.CheckEvidence(check.From, check.Item));
                    break;
                case GossipEffect.Penalize penalize:
                    Penalize(penalize.Peer, penalize.Offence, penalize.Detail);
                    break;
                default:
                    throw new InvalidOperationException($"unknown effect {effect.GetType().Name}");
            }
        }
    }

    /// <summary>
    /// The bytes are what the proposer signed. Where they are not the block it named, the core is told nothing: the value's
    /// hash may be an honest block's, and the proposal simply never completes.
    /// </summary>
    private void OnValue(Proposal proposal, PartSet parts)
    {
        if (proposal.Height != Height || _isCommitting) return;
        if (!BlockCodec.TryDecode(parts.Bytes, PeerLimits.ValueBytesMax, out Block? block)) return;
        if (block.Hash != proposal.ValueId || block.Consensus is not { } consensus || consensus.TimeMs != proposal.TimeMs) return;
        if (proposal.PolRound < 0 && consensus.Proposer != proposal.Proposer) return;
        HeightValue value = _values.Add(block, parts);
        Log(new WalRecord.Value(Height, parts.Root, parts.Bytes));
        if (value.Verdict is null) _effects.Add(new ReplicaEffect.Execute(block));
    }

    private void Carry(IReadOnlyList<SyncEffect> effects)
    {
        foreach (SyncEffect effect in effects)
        {
            switch (effect)
            {
                case SyncEffect.Request request:
                    _effects.Add(new ReplicaEffect.Send(request.Peer, request.Message));
                    break;
                case SyncEffect.Apply apply:
                    // The log of a height is written over once its block is committed, so that must not be taken back by a power failure.
                    bool hasLog = apply.Block.Header.Number == _coreHeight || _sync.IsCaughtUp;
                    _effects.Add(new ReplicaEffect.ApplyBlock(apply.Block, apply.Certificate, apply.Durable || hasLog));
                    break;
                case SyncEffect.Penalize penalize:
                    Penalize(penalize.Peer, penalize.Offence, penalize.Detail);
                    break;
                case SyncEffect.CaughtUp or SyncEffect.FellBehind:
                    break; // IsCaughtUp says it; the height that the core works on is finished by whoever decides it first
                case SyncEffect.Diverged diverged:
                    Halt(DivergedException.ErrorCode, $"block {diverged.Height} {diverged.BlockHash} is certified but refused here: {diverged.Detail}");
                    break;
                default:
                    throw new InvalidOperationException($"unknown effect {effect.GetType().Name}");
            }
        }
    }
}
