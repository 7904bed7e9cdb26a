using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Accountability;

/// <summary>Checked votes of a height, each once, with the power behind what they are for.</summary>
internal sealed class VoteTally
{
    private readonly SortedDictionary<Address, Validator> _validators = [];
    private readonly SortedDictionary<(Address Voter, uint Round, byte Kind, Hash256 Block, int PolRound), SignedVote> _votes = [];
    private readonly SortedDictionary<(byte Kind, uint Round, Hash256 Block), SortedSet<Address>> _for = [];
    private readonly SortedDictionary<uint, SortedSet<Address>> _prevoters = [];

    public VoteTally(ValidatorSet validators)
    {
        foreach (Validator validator in validators.Validators)
        {
            _validators[validator.Operator] = validator;
            TotalPower += validator.Power;
        }
    }

    public UInt128 TotalPower { get; }

    /// <summary>By voter, round, kind.</summary>
    public IReadOnlyList<SignedVote> Votes => [.. _votes.Values];

    public ReadOnlyMemory<byte>? KeyOf(Address voter) => _validators.TryGetValue(voter, out Validator? validator) ? validator.ConsensusKey : null;

    public void Add(SignedVote vote)
    {
        if (!_votes.TryAdd((vote.Voter, vote.Round, (byte)vote.Kind, vote.BlockHash, vote.PolRound), vote)) return;
        Of(_for, ((byte)vote.Kind, vote.Round, vote.BlockHash)).Add(vote.Voter);
        if (vote.Kind == VoteKind.Prevote) Of(_prevoters, vote.Round).Add(vote.Voter);
    }

    public UInt128 PowerOf(SortedSet<Address> voters)
    {
        UInt128 power = 0;
        foreach (Address voter in voters) power += _validators[voter].Power;
        return power;
    }

    public IReadOnlyList<VoteQuorum> Quorums(VoteKind kind)
    {
        List<VoteQuorum> quorums = [];
        foreach (((byte Kind, uint Round, Hash256 Block) key, SortedSet<Address> voters) in _for)
        {
            if (key.Kind == (byte)kind && !key.Block.IsZero && PowerOf(voters) is var power && IsQuorum(power)) quorums.Add(new VoteQuorum(key.Round, key.Block, power));
        }
        return quorums;
    }

    public IReadOnlyList<PolClaim> UnprovenClaims()
    {
        List<PolClaim> claims = [];
        SortedDictionary<(uint Round, Hash256 Block), (UInt128 Shown, UInt128 Possible)> known = [];
        foreach (SignedVote vote in _votes.Values)
        {
            if (vote.Kind != VoteKind.Prevote || vote.PolRound < 0) continue;
            (uint Round, Hash256 Block) polka = ((uint)vote.PolRound, vote.BlockHash);
            if (!known.TryGetValue(polka, out (UInt128 Shown, UInt128 Possible) power)) known[polka] = power = Powers(polka.Round, polka.Block);
            if (!IsQuorum(power.Shown)) claims.Add(new PolClaim(vote.Voter, vote.Round, vote.BlockHash, polka.Round, power.Shown, power.Possible, Judge(power.Possible)));
        }
        return claims;
    }

    private (UInt128 Shown, UInt128 Possible) Powers(uint round, Hash256 block)
    {
        SortedSet<Address> supporters = _for.TryGetValue(((byte)VoteKind.Prevote, round, block), out SortedSet<Address>? found) ? found : [];
        SortedSet<Address> others = _prevoters.TryGetValue(round, out SortedSet<Address>? all) ? [.. all.Where(voter => !supporters.Contains(voter))] : [];
        return (PowerOf(supporters), TotalPower - PowerOf(others));
    }

    private ClaimVerdict Judge(UInt128 possible)
    {
        if (IsQuorum(possible)) return ClaimVerdict.Open;
        UInt128 twice = (TotalPower * 2 / 3) + 1 - possible; // the least that must have prevoted otherwise and so
        return twice * 3 > TotalPower ? ClaimVerdict.Refuted : ClaimVerdict.Doubtful;
    }

    /// <summary>More than two thirds, strictly.</summary>
    private bool IsQuorum(UInt128 power) => power * 3 > TotalPower * 2;

    private static SortedSet<Address> Of<TKey>(SortedDictionary<TKey, SortedSet<Address>> sets, TKey key) where TKey : notnull
    {
        if (!sets.TryGetValue(key, out SortedSet<Address>? set)) sets.Add(key, set = []);
        return set;
    }
}
