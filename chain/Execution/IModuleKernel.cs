using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>How a call to a module ended.</summary>
public enum CallStatus
{
    Success,

    /// <summary>Return data is an ABI-encoded error; state is as before the call; unused gas is returned.</summary>
    Reverted,

    /// <summary>State is as before the call; all gas is used.</summary>
    OutOfGas,
}

/// <param name="Gas">What the call may use, after the intrinsic cost was taken.</param>
/// <param name="IsStatic">An eth_call of a view, or a multicall's inner call: any write reverts. (A top-level eth_call of a
/// writing method is not static: it runs on an overlay that is dropped.)</param>
public sealed record CallInput(Address Caller, Address To, Amount Value, ReadOnlyMemory<byte> Data, ulong Gas, bool IsStatic = false)
{
    /// <summary>The transaction's (EIP-2930): what it names is warm from the start.</summary>
    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];
}

/// <param name="Refund">Gas to give back beyond the unused, before the cap of one fifth (EIP-3529).</param>
public sealed record CallOutput(
    CallStatus Status, ReadOnlyMemory<byte> ReturnData, ulong GasUsed, ulong Refund, IReadOnlyList<LogEntry> Logs);

/// <summary>Logs of a phase and whether it wrote state; neither: the phase leaves no system transaction (rulings 1).</summary>
public sealed record HookOutput(bool WroteState, IReadOnlyList<LogEntry> Logs);

/// <summary>A validator as evidence against it finds it.</summary>
/// <param name="ConsensusKey">Under which it voted; meaningful where nothing is refused.</param>
/// <param name="Refusal">Null, or why evidence is not taken: UNKNOWN (no validator then), EXPIRED (too old), PUNISHED (already).</param>
public readonly record struct Accused(ReadOnlyMemory<byte> ConsensusKey, string? Refusal)
{
    public static readonly Accused Unknown = new(default, "UNKNOWN");
    public static readonly Accused Expired = new(default, "EXPIRED");
    public static readonly Accused Punished = new(default, "PUNISHED");
}

/// <summary>
/// The modules as the executor sees them: dispatch of calls, hooks in their written order, and the few things a block
/// needs of Staking (who votes, where fees go), given as published interfaces so that chain/ knows no module.
/// The executor has already moved <c>Value</c> from caller to module before <see cref="Call"/>, inside the same checkpoint.
/// </summary>
public interface IModuleKernel
{
    bool IsModule(in Address address);

    CallOutput Call(StateOverlay state, BlockContext block, CallInput input);

    HookOutput BeginBlock(StateOverlay state, BlockContext block);

    HookOutput EndBlock(StateOverlay state, BlockContext block);

    /// <summary>The set that votes on the block after the one just executed.</summary>
    ValidatorSet Validators(IStateView state);

    /// <summary>Under which key a validator signed at a height, if what it signed then may still be punished by a block.</summary>
    /// <param name="state">Before the block.</param>
    /// <param name="height">Below <paramref name="blockHeight"/>.</param>
    Accused FindAccused(IStateView state, in Address validator, ulong height, ulong blockHeight, ulong blockTimeMs);

    /// <summary>Where the block's base fees go: the epoch fee pool account (chain-decisions 1.5).</summary>
    Address FeePool { get; }

    /// <summary>Broken invariants (module, what, numbers); empty when all hold. Run after every block in tests and simulations.</summary>
    IReadOnlyList<string> CheckInvariants(IStateView state);
}
