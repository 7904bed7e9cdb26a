using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>A validator set with its order as numbers.</summary>
internal sealed class VoterIndex
{
    public const int Unknown = -1;

    private readonly Dictionary<Address, int> _indexes = [];

    public VoterIndex(ValidatorSet set)
    {
        Set = set;
        for (int i = 0; i < set.Validators.Count; i++) _indexes[set.Validators[i].Operator] = i;
    }

    public ValidatorSet Set { get; }

    public int Count => Set.Validators.Count;

    public IReadOnlyList<ulong> Powers => [.. Set.Validators.Select(validator => validator.Power)];

    public int Of(Address voter) => _indexes.TryGetValue(voter, out int index) ? index : Unknown;

    public ReadOnlySpan<byte> Key(int voter) => Set.Validators[voter].ConsensusKey.Span;

    public Address Operator(int voter) => Set.Validators[voter].Operator;
}
