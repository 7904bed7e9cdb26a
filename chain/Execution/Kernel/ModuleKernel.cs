using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Execution.Kernel;

/// <summary>Runs calls and block phases over a <see cref="ModuleTable"/>. Without state of its own.</summary>
public sealed class ModuleKernel(ModuleTable table, GasSchedule schedule) : IModuleKernel
{
    private const int SelectorBytes = 4;

    /// <summary>Multicall3, native, for batched reads.</summary>
    public static Address BatchAddress => Multicall3.Address;

    public ModuleTable Table { get; } = table;

    public Address FeePool => Table.Consensus.FeePool;

    public bool IsModule(in Address address) => address == Multicall3.Address || Table.Find(address) is not null;

    public CallOutput Call(StateOverlay state, BlockContext block, CallInput input)
    {
        GasMeter gas = new(input.Gas);
        CallSession session = new(state, schedule, gas, block, input);
        int checkpoint = state.Checkpoint();
        Answer answer = Dispatch(session, block, input.Caller, input.To, input.Value, input.Data.Span);
        if (answer.IsSuccess && !gas.IsExhausted) return new CallOutput(CallStatus.Success, answer.Data, gas.Used, gas.Refund, session.Logs);
        state.Revert(checkpoint);
        return gas.IsExhausted
            ? new CallOutput(CallStatus.OutOfGas, default, gas.Used, 0, [])
            : new CallOutput(CallStatus.Reverted, answer.Data, gas.Used, 0, []);
    }

    public HookOutput BeginBlock(StateOverlay state, BlockContext block) => RunHooks(state, block, Table.BeginBlock);

    public HookOutput EndBlock(StateOverlay state, BlockContext block) => RunHooks(state, block, Table.EndBlock);

    public ValidatorSet Validators(IStateView state) => Table.Consensus.Validators(Reader(state, Table.Consensus.Module));

    public Accused FindAccused(IStateView state, in Address validator, ulong height, ulong blockHeight, ulong blockTimeMs) =>
        Table.Consensus.Evidence is { } port ? port.Find(Reader(state, port.Module), validator, height, blockHeight, blockTimeMs) : Accused.Unknown;

    public IReadOnlyList<string> CheckInvariants(IStateView state)
    {
        List<string> broken = [];
        foreach (ModuleDeclaration module in Table.Modules)
            foreach (Invariant invariant in module.Invariants)
                broken.AddRange(invariant.Check(Reader(state, module.Number)).Select(detail => $"{module.Name}/{invariant.Name}: {detail}"));
        return broken;
    }

    /// <summary>A context that reads a state without gas and without a block.</summary>
    public ModuleContext Reader(IStateView state, byte module) => new(Table, new CallSession(state), null, module, default, default);

    /// <summary>A context that writes outside of any block: genesis.</summary>
    public ModuleContext GenesisWriter(StateOverlay state, BlockContext block, byte module) =>
        new(Table, new CallSession(state, schedule, null), block, module, default, default);

    /// <summary>One call below the top: dispatch without a journal of its own.</summary>
    internal Answer Dispatch(CallSession session, BlockContext block, in Address caller, in Address to, Amount value, ReadOnlySpan<byte> data)
    {
        if (to == Multicall3.Address) return Multicall3.Run(this, session, block, value, data);
        if (Table.Find(to) is not { } entry) return Answer.Success([]); // as a call to an account without code
        if (data.Length < SelectorBytes || entry.Method(data[..SelectorBytes]) is not { } method) return UnknownMethod(data);
        if (!session.ChargeDispatch()) return Answer.OutOfGas;
        if (!value.IsZero && method.Abi.Mutability != AbiMutability.Payable) return Answer.Of(KernelErrors.NotPayable.With());
        if (!value.IsZero && session.IsStatic) return Answer.Of(KernelErrors.StaticCall.With());
        if (!AbiDecoder.TryDecode(method.Abi.Inputs, data[SelectorBytes..], AbiTrailing.Ignore, out AbiValue[] values, out AbiFault fault))
            return Answer.Of(KernelErrors.InvalidArguments.With((ulong)fault.Position));
        return Run(session, new ModuleContext(Table, session, block, entry.Declaration.Number, caller, value), method, new Arguments(values));
    }

    private static Answer Run(CallSession session, ModuleContext context, Method method, Arguments arguments)
    {
        bool wasStatic = session.IsStatic;
        session.IsStatic |= method.IsView;
        session.WriteRefused = false;
        try
        {
            Outcome outcome = method.Run(context, arguments);
            if (session.WriteRefused) return Answer.Of(KernelErrors.StaticCall.With());
            if (!outcome.IsSuccess) return Answer.Of(outcome);
            byte[] data = method.Abi.EncodeResult(outcome.Values);
            return session.ChargeReturn(data.Length) ? Answer.Success(data) : Answer.OutOfGas;
        }
        catch (OverflowException)
        {
            return Answer.Of(KernelErrors.Panic.With(0x11));
        }
        catch (DivideByZeroException)
        {
            return Answer.Of(KernelErrors.Panic.With(0x12));
        }
        finally
        {
            session.IsStatic = wasStatic;
        }
    }

    private HookOutput RunHooks(StateOverlay state, BlockContext block, IReadOnlyList<Hook> hooks)
    {
        int checkpoint = state.Checkpoint();
        CallSession session = new(state, schedule, null);
        foreach (Hook hook in hooks) hook.Run(new ModuleContext(Table, session, block, hook.Module, default, default));
        return new HookOutput(state.WroteSince(checkpoint), session.Logs);
    }

    private static Answer UnknownMethod(ReadOnlySpan<byte> data) =>
        Answer.Of(KernelErrors.UnknownMethod.With(AbiValue.OfFixedBytes(data[..Math.Min(data.Length, SelectorBytes)])));
}

/// <summary>Return data of a call, or its encoded error.</summary>
internal readonly record struct Answer(bool IsSuccess, ReadOnlyMemory<byte> Data)
{
    /// <summary>The meter says so too; what was answered does not matter.</summary>
    public static readonly Answer OutOfGas = new(false, default);

    public static Answer Success(byte[] data) => new(true, data);

    /// <param name="outcome">A revert.</param>
    public static Answer Of(Outcome outcome) => new(false, outcome.RevertData);
}
