using Dsdn.Chain.Blocks;

namespace Dsdn.Consensus.Tendermint;

/// <summary>All votes of one round.</summary>
internal sealed class RoundVotes(int round, int voters)
{
    private readonly KindVotes _prevotes = new(voters);
    private readonly KindVotes _precommits = new(voters);
    private readonly bool[] _seen = new bool[voters];

    public int Round { get; } = round;

    /// <summary>Power of all with any vote here, each once.</summary>
    public UInt128 SeenPower { get; private set; }

    public KindVotes Of(VoteKind kind) => kind == VoteKind.Prevote ? _prevotes : _precommits;

    public void Saw(int voter, ulong power)
    {
        if (_seen[voter]) return;
        _seen[voter] = true;
        SeenPower += power;
    }
}
