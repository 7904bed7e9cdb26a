using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>rotateKey(newKey, proof): the new key votes from the next epoch; the old one stays mapped to the operator.</summary>
internal readonly record struct RotateKey(Hash256 NewKey, ReadOnlyMemory<byte> Proof) : IMessage<RotateKey>
{
    public static RotateKey Read(Arguments arguments) => new(arguments.Hash(0), arguments.Bytes(1));

    public Outcome Check(in CallFacts call) => ConsensusKeys.CheckShape(NewKey, Proof);

    public Outcome Execute(ModuleContext context)
    {
        if (StakingState.Validators.Find(context, new AddressKey(context.Caller)) is not { } validator) return StakingErrors.NotAValidator.With(context.Caller);
        ulong epoch = StakingState.ReadEpoch(context).Number;
        if (validator.KeyEpoch == epoch) return StakingErrors.RotationTooSoon.With(epoch);
        Outcome key = ConsensusKeys.Claim(context, context.Caller, NewKey, Proof);
        if (!key.IsSuccess) return key;
        ConsensusKeys.Retire(context, validator.ConsensusKey);
        StakingState.Validators.Set(context, new AddressKey(context.Caller), validator with { ConsensusKey = NewKey, KeyEpoch = epoch });
        context.Emit(StakingEvents.KeyRotated, context.Caller, validator.ConsensusKey, NewKey);
        return Outcome.Done;
    }
}
