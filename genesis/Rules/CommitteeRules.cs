using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Genesis.Reading;
using Dsdn.Modules;

namespace Dsdn.Genesis.Rules;

/// <summary>The committee that a log starts with (rulings 38): one member, a validator of genesis, under a key of its own.</summary>
internal static class CommitteeRules
{
    public static void Check(SpecReader reader)
    {
        GenesisSpec spec = reader.Spec;
        if (reader.Committee is not { } fields || spec.Committee is not { } committee)
        {
            if (spec.Network is "mainnet" or "testnet" or "devnet")
                reader.Modules.Refuse("committee", GenesisCodes.Missing, "committee is missing: this network has a log");
            return;
        }
        bool validatorsAreKnown = reader.Validators.All(static validator => validator.IsGood("operator"));
        if (fields.IsGood("validator") && validatorsAreKnown && spec.Validators.All(validator => validator.Operator != committee.Validator))
            fields.Refuse("validator", GenesisCodes.Committee, "is not the operator of a validator of this genesis");
        if (!fields.IsGood("key")) return;
        if (!Ed25519.IsPrimeOrderKey(committee.Key.Span))
        {
            fields.Refuse("key", GenesisCodes.Key, "is not an Ed25519 key of prime order");
            return;
        }
        if (spec.Validators.Any(validator => validator.ConsensusKey == committee.Key))
            fields.Refuse("key", GenesisCodes.Committee, "is the consensus key of a validator; the committee signs with a key of its own");
        if (!reader.Root.IsGood("chainId") || !fields.IsGood("proofOfPossession") || !fields.IsGood("validator")) return;
        byte[] message = ProofOfPossession.CommitteeMessage(spec.ChainId, committee.Validator, committee.Key);
        if (!Ed25519.Verify(message, committee.Proof.Span, committee.Key.Span))
            fields.Refuse("proofOfPossession", GenesisCodes.Possession, "is not this key's signature for this chain and validator");
    }
}
