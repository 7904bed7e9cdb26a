using Dsdn.Chain.Blocks;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Attestation;

/// <summary>When each validator of the current set answered last. Known by key: an index means another validator after an epoch.</summary>
internal sealed class QuorumWatch
{
    private readonly SortedDictionary<Hash256, ulong> _answeredMs = [];
    private ValidatorSet _set = new([]);

    /// <summary>What others answered is forgotten; who stays keeps its time.</summary>
    public void Follow(ValidatorSet set)
    {
        SortedSet<Hash256> keys = [.. set.Validators.Select(static validator => new Hash256(validator.ConsensusKey.Span))];
        Hash256[] gone = [.. _answeredMs.Keys.Where(key => !keys.Contains(key))];
        foreach (Hash256 key in gone) _answeredMs.Remove(key);
        _set = set;
    }

    /// <summary>Counts nothing for keys outside the set.</summary>
    public void Answered(ReadOnlyMemory<byte> consensusKey, ulong nowMs)
    {
        if (consensusKey.Length != Hash256.Size) return;
        var key = new Hash256(consensusKey.Span);
        if (!_set.Validators.Any(validator => validator.ConsensusKey.Span.SequenceEqual(key.Span))) return;
        _answeredMs[key] = Math.Max(nowMs, _answeredMs.GetValueOrDefault(key));
    }

    public bool IsReachable(ulong nowMs, ulong windowMs)
    {
        UInt128 answered = 0, total = 0;
        foreach (Validator validator in _set.Validators)
        {
            total += validator.Power;
            if (_answeredMs.TryGetValue(new Hash256(validator.ConsensusKey.Span), out ulong at) && (at >= nowMs || nowMs - at <= windowMs)) answered += validator.Power;
        }
        return ValidatorAttestation.IsQuorum(answered, total);
    }
}
