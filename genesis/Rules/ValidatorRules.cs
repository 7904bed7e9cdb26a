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
        if (reader.Staking.IsGood("validatorsMax") && (ulong)spec.Validators.Count > spec.Staking.ValidatorsMax) reader.Root.Refuse("validators", GenesisCodes.Stake, $"at most {spec.Staking.ValidatorsMax} validators");
        SortedSet<Address> operators = [];
        SortedSet<Hash256> keys = [];
        for (int i = 0; i < spec.Validators.Count; i++)
        {
            SpecFields fields = reader.Validators[i];
            SpecValidator validator = spec.Validators[i];
            CheckStake(fields, validator, reader);
            if (fields.IsGood("operator"))
            {
                if (validator.Operator.IsZero) fields.Refuse("operator", GenesisCodes.Account, "must not be the zero address");
                if (!operators.Add(validator.Operator)) fields.Refuse("operator", GenesisCodes.Duplicate, "this operator appears twice");
            }
            if (fields.IsGood("payout") && validator.Payout.IsZero) fields.Refuse("payout", GenesisCodes.Account, "must not be the zero address");
            if (!fields.IsGood("consensusKey")) continue;
            if (!keys.Add(validator.ConsensusKey)) fields.Refuse("consensusKey", GenesisCodes.Duplicate, "this key appears twice");
            CheckKey(fields, validator, reader.Root.IsGood("chainId") ? spec.ChainId : null);
        }
    }

    private static void CheckStake(SpecFields fields, SpecValidator validator, SpecReader reader)
    {
        GenesisSpec spec = reader.Spec;
        if (fields.IsGood("stake") && reader.Staking.IsGood("selfBondMin") && validator.Stake < spec.Staking.SelfBondMin)
            fields.Refuse("stake", GenesisCodes.Stake, $"a validator bonds at least {spec.Staking.SelfBondMin} base units");
        if (fields.IsGood("commissionBps") && reader.Staking.IsGood("commissionMaxBps") && validator.CommissionBps > spec.Staking.CommissionMaxBps)
            fields.Refuse("commissionBps", GenesisCodes.Stake, $"at most {spec.Staking.CommissionMaxBps}");
        if (fields.IsGood("share") && validator.Share is not (Share.EarlyNodes or Share.Liquidity))
            fields.Refuse("share", GenesisCodes.Stake, "stake comes from earlyNodes or liquidity");
    }

    private static void CheckKey(SpecFields fields, SpecValidator validator, ulong? chainId)
    {
        if (!Ed25519.IsPrimeOrderKey(validator.ConsensusKey.Span))
        {
            fields.Refuse("consensusKey", GenesisCodes.Key, "is not an Ed25519 key of prime order");
            return;
        }
        if (chainId is not { } chain || !fields.IsGood("proofOfPossession") || !fields.IsGood("operator")) return;
        byte[] message = ProofOfPossession.ConsensusMessage(chain, validator.Operator, validator.ConsensusKey);
        if (!Ed25519.Verify(message, validator.Proof.Span, validator.ConsensusKey.Span))
            fields.Refuse("proofOfPossession", GenesisCodes.Possession, "is not this key's signature for this chain and operator");
    }
}
