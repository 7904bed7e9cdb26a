using System.Globalization;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Tendermint;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Checks;

/// <summary>
/// Every signature that left a correct signer, over the whole life of each validator. Checked: never two messages for one
/// height, round and kind; no lock forgotten (arXiv 1807.04938, line 29: a prevote against an own precommit names a later
/// proof of lock); no own vote or proposal leaves the process before its record is on disk.
/// </summary>
internal sealed class SignatureBook(IMessageScheme scheme)
{
    private readonly Dictionary<(int Machine, ulong Height, uint Round, int Kind), Hash256> _signed = [];
    private readonly Dictionary<(int Machine, ulong Height), List<Vote>> _votes = [];
    private readonly HashSet<(int Machine, ulong Height, uint Round, int Kind)> _durable = [];
    private readonly List<(int Machine, ulong Height, uint Round, int Kind)> _appended = [];

    public int Count => _signed.Count;

    public void Signed(Machine machine, Proposal proposal) => Note(machine, proposal.Height, proposal.Round, 0, scheme.SignBytes(proposal), proposal.ValueId);

    public void Signed(Machine machine, Vote vote)
    {
        if (!machine.IsCorrect) return;
        Note(machine, vote.Height, vote.Round, (int)vote.Kind, scheme.SignBytes(vote), vote.ValueId);
        if (!_votes.TryGetValue((machine.Index, vote.Height), out List<Vote>? votes)) _votes[(machine.Index, vote.Height)] = votes = [];
        foreach (Vote other in votes)
        {
            (Vote precommit, Vote prevote) = vote.Kind == VoteKind.Precommit ? (vote, other) : (other, vote);
            bool forgets = precommit.Kind == VoteKind.Precommit && prevote.Kind == VoteKind.Prevote && !precommit.IsNil && !prevote.IsNil
                && precommit.ValueId != prevote.ValueId && prevote.Round > precommit.Round && prevote.PolRound < (long)precommit.Round;
            if (forgets) throw Broken(machine, $"precommitted {precommit.ValueId} in round {precommit.Round} of height {vote.Height} and prevoted {prevote.ValueId} in round {prevote.Round} with proof of lock {prevote.PolRound}");
        }
        votes.Add(vote);
    }

    public void Appended(Machine machine, WalRecord record)
    {
        switch (record)
        {
            case WalRecord.Input { Item: CoreInput.VoteSigned signed }:
                _appended.Add((machine.Index, signed.Unsigned.Height, signed.Unsigned.Round, (int)signed.Unsigned.Kind));
                break;
            case WalRecord.Input { Item: CoreInput.ProposalSigned signed }:
                _appended.Add((machine.Index, signed.Unsigned.Height, signed.Unsigned.Round, 0));
                break;
        }
    }

    public void Synced(Machine machine)
    {
        foreach (var record in _appended)
        {
            if (record.Machine == machine.Index) _durable.Add(record);
        }
        _appended.RemoveAll(record => record.Machine == machine.Index);
    }

    /// <summary>The process died: what was appended may be there or not.</summary>
    public void Died(Machine machine) => _appended.RemoveAll(record => record.Machine == machine.Index);

    /// <summary>The disk was replaced by an older one or an empty one.</summary>
    public void Forgot(Machine machine) => _durable.RemoveWhere(record => record.Machine == machine.Index);

    /// <summary>The process read its log: what is there was made durable by opening it.</summary>
    /// <param name="height">Which is being decided.</param>
    public void Opened(Machine machine, IReadOnlyList<WalRecord> records, ulong height)
    {
        var before = _durable.Where(record => record.Machine == machine.Index && record.Height == height).ToList();
        _durable.ExceptWith(before);
        foreach (WalRecord record in records) Appended(machine, record);
        Synced(machine);
        if (machine.IsCorrect && before.Exists(record => !_durable.Contains(record))) throw Broken(machine, $"had its messages of height {height} on disk and found a log without them");
    }

    public void Leaves(Machine machine, PeerMessage message)
    {
        switch (message)
        {
            case PeerMessage.ProposalMessage { Proposal: { } proposal } when proposal.Proposer == machine.Operator:
                Require(machine, proposal.Height, proposal.Round, 0);
                break;
            case PeerMessage.Votes votes:
                foreach (Vote vote in votes.Items)
                {
                    if (vote.Voter == machine.Operator) Require(machine, vote.Height, vote.Round, (int)vote.Kind);
                }
                break;
        }
    }

    private void Require(Machine machine, ulong height, uint round, int kind)
    {
        if (!_durable.Contains((machine.Index, height, round, kind)))
            throw Broken(machine, $"sent its {Name(kind)} of height {height} round {round} before the record of it was on disk");
    }

    private void Note(Machine machine, ulong height, uint round, int kind, byte[] signBytes, Hash256 value)
    {
        if (!machine.IsCorrect) return;
        Hash256 message = Keccak.Hash(signBytes);
        if (_signed.TryGetValue((machine.Index, height, round, kind), out Hash256 before) && before != message)
            throw Broken(machine, $"signed two {Name(kind)}s at height {height} round {round}, the second for {value}");
        _signed[(machine.Index, height, round, kind)] = message;
    }

    private static string Name(int kind) => kind switch { 0 => "proposal", (int)VoteKind.Prevote => "prevote", _ => "precommit" };

    private static BrokenInvariant Broken(Machine machine, string what) => new(string.Create(CultureInfo.InvariantCulture, $"{machine} {what}"));
}
