using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>createValidator(consensusKey, proof, commissionBps, payout), payable: the value is the self-bond.</summary>
/// <param name="Payout">Where tips go; zero means the operator.</param>
internal readonly record struct CreateValidator(Hash256 ConsensusKey, ReadOnlyMemory<byte> Proof, ulong CommissionBps, Address Payout) : IMessage<CreateValidator>
{
    public static CreateValidator Read(Arguments arguments) =>
        new(arguments.Hash(0), arguments.Bytes(1), arguments.UInt64(2), arguments.Address(3));

    public Outcome Check(in CallFacts call) => ConsensusKeys.CheckShape(ConsensusKey, Proof);

    public Outcome Execute(ModuleContext context)
    {
        StakingParams parameters = StakingState.ReadParams(context);
        if (context.Value < parameters.SelfBondMin) return StakingErrors.InsufficientSelfBond.With(parameters.SelfBondMin, context.Value);
        if (CommissionBps > parameters.CommissionMaxBps) return StakingErrors.CommissionTooHigh.With(parameters.CommissionMaxBps, CommissionBps);
        if (context.IsModule(Payout)) return StakingErrors.InvalidPayout.With(Payout);
        if (StakingState.Validators.Contains(context, new AddressKey(context.Caller))) return StakingErrors.AlreadyValidator.With(context.Caller);
        Outcome key = ConsensusKeys.Claim(context, context.Caller, ConsensusKey, Proof);
        if (!key.IsSuccess) return key;

        Address payout = Payout.IsZero ? context.Caller : Payout;
        ValidatorRow validator = new()
        {
            ConsensusKey = ConsensusKey,
            KeyEpoch = StakingState.ReadEpoch(context).Number,
            Payout = payout,
            CommissionBps = CommissionBps,
            CommissionSinceMs = context.Block.TimeMs,
        };
        (validator, UInt128 shares) = StakeLedger.Add(context, context.Caller, validator, context.Caller, context.Value);
        StakeLedger.Store(context, parameters, context.Caller, validator);
        StakeLedger.AddStaked(context, context.Value, default);
        context.Emit(StakingEvents.ValidatorCreated, context.Caller, ConsensusKey, CommissionBps, payout);
        context.Emit(StakingEvents.Delegated, context.Caller, context.Caller, context.Value, (Uint256)shares);
        return Outcome.Done;
    }
}
