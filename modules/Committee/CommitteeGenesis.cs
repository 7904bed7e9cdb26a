using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using LogCommittee = Dsdn.Chain.Log.Committees.Committee;

namespace Dsdn.Modules.Committee;

/// <summary>
/// Initial state of module 2: the committee of one (rulings 38). Its seed is the genesis hash, which no state in genesis can hold, so
/// the row has none and reading it fills the seed in. It is no record of the feed: whoever knows the genesis knows it.
/// </summary>
/// <param name="Validator">The operator the member belongs to.</param>
/// <param name="Key">Ed25519: votes, envelopes and, while it is alone, the group's signatures.</param>
/// <param name="Proof">64-byte signature over <see cref="ProofOfPossession.CommitteeMessage"/>.</param>
public sealed record CommitteeGenesis(Address Validator, Hash256 Key, ReadOnlyMemory<byte> Proof)
{
    public CommitteeParams Params { get; init; } = new();

    /// <summary>What the checker of a genesis has to refuse; empty where all is well.</summary>
    public IEnumerable<string> Faults(ulong chainId)
    {
        foreach (string fault in Params.Faults()) yield return "committee.params." + fault;
        if (Validator.IsZero) yield return "committee.validator: must not be the zero address";
        if (!Ed25519.IsPrimeOrderKey(Key.Span)) yield return "committee.key: is not an Ed25519 key of prime order";
        else if (!Ed25519.Verify(ProofOfPossession.CommitteeMessage(chainId, Validator, Key), Proof.Span, Key.Span))
            yield return "committee.proofOfPossession: does not verify";
    }

    /// <summary>The committee of epoch 0 as the log knows it.</summary>
    public LogCommittee Committee(ulong chainId, ulong genesisTimeMs, in Hash256 genesisHash) =>
        LogCommittee.OfOne(chainId, Validator, Key, genesisTimeMs, genesisHash);

    internal void Apply(ModuleContext context)
    {
        CommitteeState.Params.Set(context, default, Params);
        CommitteeState.Committee.Set(context, default, new CommitteeRow(Committee(context.Block.ChainId, context.Block.TimeMs, Hash256.Zero)));
    }
}
