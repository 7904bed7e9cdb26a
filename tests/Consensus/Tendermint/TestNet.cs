using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Tests.Tendermint;

/// <summary>Validators v0, v1, ... with keys, and messages signed by them. Round r of every height is proposed by v(r mod n).</summary>
internal sealed class TestNet
{
    public TestNet(params ulong[] powers)
    {
        Validators = new ValidatorSet([.. powers.Select((power, i) => new Validator(Name(i), Key(i), power, Name(i)))]);
        Proposers = new InTurn(Validators);
    }

    public TestScheme Scheme { get; } = new();

    public ValidatorSet Validators { get; }

    public ProposerOrder Proposers { get; }

    public static Address Name(int index) => Address.FromNumber((ushort)(index + 1));

    public static byte[] Key(int index) => SHA256.HashData(Encoding.ASCII.GetBytes($"key {index}"));

    public static Hash256 Value(string name) => new(SHA256.HashData(Encoding.ASCII.GetBytes(name)));

    public static Hash256 Parts(Hash256 value) => new(SHA256.HashData(value.Span));

    public TendermintCore Core(CoreOptions? options = null) => new(Scheme, options ?? CoreOptions.Default);

    /// <param name="self">Null: it only follows.</param>
    public CoreInput.HeightStarted Start(int? self, ulong height = 1, bool work = true, ulong nowMs = 10_000, ulong lastTimeMs = 5_000, Certificate? lastCommit = null) =>
        new(height, self is { } index ? Name(index) : Address.Zero, Validators, Proposers, lastTimeMs, lastCommit, lastCommit is null ? null : Validators, work, nowMs);

    public Vote Vote(int voter, VoteKind kind, uint round, Hash256 value, int polRound = -1, ulong height = 1) =>
        Scheme.Sign(new Vote(kind, height, round, value, polRound, Name(voter), default), Key(voter));

    public Vote Prevote(int voter, uint round, Hash256 value, int polRound = -1, ulong height = 1) => Vote(voter, VoteKind.Prevote, round, value, polRound, height);

    public Vote Precommit(int voter, uint round, Hash256 value, ulong height = 1) => Vote(voter, VoteKind.Precommit, round, value, -1, height);

    /// <summary>Of the round's proposer.</summary>
    public Proposal Proposal(uint round, Hash256 value, int polRound = -1, ulong timeMs = 10_000, ulong height = 1)
    {
        int proposer = (int)(round % (uint)Validators.Validators.Count);
        return Scheme.Sign(new Proposal(height, round, value, polRound, timeMs, Parts(value), Name(proposer), default), Key(proposer));
    }

    private sealed class InTurn(ValidatorSet validators) : ProposerOrder
    {
        public override Address OfRound(uint round) => validators.Validators[(int)(round % (uint)validators.Validators.Count)].Operator;
    }
}
