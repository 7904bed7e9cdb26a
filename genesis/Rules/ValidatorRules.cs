using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Genesis.Reading;
using Dsdn.Modules;

namespace Dsdn.Genesis.Rules;

/// <summary>Keys, proofs of possession and stakes of the first validators (rulings 8, 18).</summary>
internal static class ValidatorRules
{
    public static void Check(SpecReader reader)
    {
        GenesisSpec spec = reader.Spec;
        if (spec.Validators.Count == 0) reader.Root.Refuse("validators", GenesisCodes.Stake, "at least one validator is needed");
        if ((ulong)spec.Validators.Count > spec.Staking.ValidatorsMax) reader.Root.Refuse("validators", GenesisCodes.Stake, $"at most {spec.Staking.ValidatorsMax} validators");
        SortedSet<Address> operators = [];
        SortedSet<Hash256> keys = [];
        for (int i = 0; i < spec.Validators.Count; i++)
        {
            SpecFields fields = reader.Validators[i];
            SpecValidator validator = spec.Validators[i];
            CheckStake(fields, validator, spec);
            if (IsFilled(fields, "operator"))
            {
                if (validator.Operator.IsZero) fields.Refuse("operator", GenesisCodes.Account, "must not be the zero address");
                if (!operators.Add(validator.Operator)) fields.Refuse("operator", GenesisCodes.Duplicate, "this operator appears twice");
            }
            if (IsFilled(fields, "payout") && validator.Payout.IsZero) fields.Refuse("payout", GenesisCodes.Account, "must not be the zero address");
            if (!IsFilled(fields, "consensusKey")) continue;
            if (!keys.Add(validator.ConsensusKey)) fields.Refuse("consensusKey", GenesisCodes.Duplicate, "this key appears twice");
            CheckKey(fields, validator, spec.ChainId);
        }
    }

    private static void CheckStake(SpecFields fields, SpecValidator validator, GenesisSpec spec)
    {
        if (IsFilled(fields, "stake") && validator.Stake < spec.Staking.SelfBondMin)
            fields.Refuse("stake", GenesisCodes.Stake, $"a validator bonds at least {spec.Staking.SelfBondMin} base units");
        if (IsFilled(fields, "commissionBps") && validator.CommissionBps > spec.Staking.CommissionMaxBps)
            fields.Refuse("commissionBps", GenesisCodes.Stake, $"at most {spec.Staking.CommissionMaxBps}");
        if (IsFilled(fields, "share") && validator.Share is not (Share.EarlyNodes or Share.Liquidity))
            fields.Refuse("share", GenesisCodes.Stake, "stake comes from earlyNodes or liquidity");
    }

    private static void CheckKey(SpecFields fields, SpecValidator validator, ulong chainId)
    {
        if (!Ed25519.IsPrimeOrderKey(validator.ConsensusKey.Span))
        {
            fields.Refuse("consensusKey", GenesisCodes.Key, "is not an Ed25519 key of prime order");
            return;
        }
        if (!IsFilled(fields, "proofOfPossession") || !IsFilled(fields, "operator") || validator.Proof.IsEmpty) return;
        byte[] message = ProofOfPossession.ConsensusMessage(chainId, validator.Operator, validator.ConsensusKey);
        if (!Ed25519.Verify(message, validator.Proof.Span, validator.ConsensusKey.Span))
            fields.Refuse("proofOfPossession", GenesisCodes.Possession, "is not this key's signature for this chain and operator");
    }

    /// <summary>Filled in and of the right form: a value that could not be read is zero and was reported.</summary>
    private static bool IsFilled(SpecFields fields, string name) => fields.Node.Member(name) is { Kind: SpecNodeKind.Text or SpecNodeKind.Number };
}
