using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.LightClient;

/// <summary>
/// Two blocks of one height that both verify from the same trusted block: more than a third of its power broke the rules. Nothing
/// that comes from either supplier may be believed until people looked at it.
/// </summary>
/// <param name="Guilty">Operators of the common set whose keys signed both.</param>
/// <param name="IsLunatic">The second claims another past (sets or parameters), not only another block of the same round.</param>
public sealed record LightClientAttack(LightBlock Common, LightBlock First, LightBlock Second, IReadOnlyList<Address> Guilty, bool IsLunatic)
{
    /// <summary>Null where the witness agrees, or sent a block that does not verify from the common one.</summary>
    public static LightClientAttack? Detect(LightBlock common, LightBlock ours, LightBlock witness, LightOptions options, ulong nowMs)
    {
        if (witness.Height != ours.Height || witness.Hash == ours.Hash) return null;
        if (!LightVerifier.Verify(common, witness, options, nowMs).IsValid) return null;
        SortedSet<Hash256> both = Signers(ours);
        both.IntersectWith(Signers(witness));
        Address[] guilty = [.. common.NextValidators.Validators.Where(one => both.Contains(new Hash256(one.ConsensusKey.Span))).Select(one => one.Operator)];
        ConsensusHeader first = ours.Consensus, second = witness.Consensus;
        bool isLunatic = first.ValidatorsHash != second.ValidatorsHash || first.NextValidatorsHash != second.NextValidatorsHash || first.ParamsHash != second.ParamsHash;
        return new LightClientAttack(common, ours, witness, guilty, isLunatic);
    }

    private static SortedSet<Hash256> Signers(LightBlock block)
    {
        var signers = new SortedSet<Hash256>();
        for (int i = 0; i < block.Validators.Validators.Count; i++)
        {
            if ((block.Certificate.Signers.Span[i >> 3] >> (i & 7) & 1) != 0) signers.Add(new Hash256(block.Validators.Validators[i].ConsensusKey.Span));
        }
        return signers;
    }
}
