using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>Which consensus keys may be registered, and who answers for each.</summary>
internal static class ConsensusKeys
{
    public static Outcome CheckShape(in Hash256 key, ReadOnlyMemory<byte> proof) =>
        proof.Length == Ed25519.SignatureSize ? Outcome.Done : StakingErrors.InvalidProof.With(key);

    /// <summary>Registers a key that nobody ever used for an operator who proved to hold it.</summary>
    public static Outcome Claim(ModuleContext context, Address keyOperator, Hash256 key, ReadOnlyMemory<byte> proof)
    {
        if (StakingState.Keys.Find(context, new HashKey(key)) is { } used) return StakingErrors.KeyInUse.With(key, used.Operator);
        if (!context.IsPrimeOrderKey(key.Span)) return StakingErrors.InvalidConsensusKey.With(key);
        byte[] message = ProofOfPossession.ConsensusMessage(context.Block.ChainId, keyOperator, key);
        if (!context.VerifyEd25519(key.Span, message, proof.Span)) return StakingErrors.InvalidProof.With(key);
        StakingState.Keys.Set(context, new HashKey(key), new KeyRow(keyOperator, context.Block.Height, 0));
        return Outcome.Done;
    }

    public static void Retire(ModuleContext context, Hash256 key)
    {
        if (StakingState.Keys.Find(context, new HashKey(key)) is { } row)
            StakingState.Keys.Set(context, new HashKey(key), row with { ToHeight = context.Block.Height });
    }
}
