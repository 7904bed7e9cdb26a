using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Tests.Execution;

/// <summary>
/// Two modules whose calls do what their first data byte says, so that the executor is tested without the real ones:
/// 0x800 holds the fee pool, 0x801 the rest.
/// </summary>
internal sealed class FakeKernel : IModuleKernel
{
    public const byte Write = 1, Revert = 2, Exhaust = 3, WriteThenRevert = 4, Refund = 5, PayBack = 6, NeedGas = 7, ReadCoinbase = 8, LogTopics = 9;

    public static readonly Address Pool = Address.FromNumber(0x800);
    public static readonly Address Module = Address.FromNumber(0x801);
    public static readonly Hash256 Moved = Keccak.Hash("Moved(address,address,uint256,bytes32)"u8);
    public static readonly Hash256 Happened = Keccak.Hash("Happened(bytes32)"u8);

    private readonly ValidatorSet _validators;

    public FakeKernel(ValidatorSet validators) => _validators = validators;

    /// <summary>Heights at which a hook writes; others leave nothing.</summary>
    public Func<ulong, bool> BeginWrites { get; set; } = static _ => false;

    public Func<ulong, bool> EndWrites { get; set; } = static _ => false;

    /// <summary>End hook pays this from the pool to the address, with a Moved log.</summary>
    public (Address To, Amount Amount)? EndPays { get; set; }

    public Address FeePool => Pool;

    public bool IsModule(in Address address) => address == Pool || address == Module;

    public CallOutput Call(StateOverlay state, BlockContext block, CallInput input)
    {
        CallOutput output = Run(state, block, input);
        return output.GasUsed <= input.Gas ? output : new CallOutput(CallStatus.OutOfGas, default, input.Gas, 0, []);
    }

    private static CallOutput Run(StateOverlay state, BlockContext block, CallInput input)
    {
        ReadOnlySpan<byte> data = input.Data.Span;
        byte[] key = RecordKey.Make(1, 1, [data.Length > 1 ? data[1] : (byte)0]);
        switch (data.IsEmpty ? (byte)0 : data[0])
        {
            case Write:
                state.SetRecord(key, new byte[] { 1, (byte)block.Height });
                return Succeed(30_000, 0, new LogEntry(input.To, [Happened, new Hash256(Pad(data[1..]))], data.ToArray()));
            case WriteThenRevert:
                state.SetRecord(key, new byte[] { 9 });
                return new CallOutput(CallStatus.Reverted, new byte[] { 0xde, 0xad }, 10_000, 0, []);
            case Exhaust:
                state.SetRecord(key, new byte[] { 9 });
                return new CallOutput(CallStatus.OutOfGas, default, input.Gas, 0, []);
            case Refund:
                return Succeed(50_000, 40_000);
            case PayBack:
                Move(state, Module, input.Caller, input.Value);
                return Succeed(20_000, 0, MovedLog(Module, input.Caller, input.Value));
            case NeedGas:
                return input.Gas >= 123_456 ? Succeed(40_000, 0) : new CallOutput(CallStatus.OutOfGas, default, input.Gas, 0, []);
            case ReadCoinbase:
                state.TryGetAccount(block.Coinbase, out Account coinbase);
                state.TryGetAccount(Pool, out Account pool);
                byte[] seen = new byte[64];
                ((Uint256)coinbase.Balance.BaseUnits).WriteBigEndian(seen);
                ((Uint256)pool.Balance.BaseUnits).WriteBigEndian(seen.AsSpan(32));
                return Succeed(5_000, 0, new LogEntry(Module, [], seen));
            case LogTopics:
                return Succeed(9_000, 0, new LogEntry(Module, [.. data[1..].ToArray().Select(b => new Hash256(Pad([b])))], default));
            default:
                return new CallOutput(CallStatus.Reverted, default, 1_000, 0, []);
        }
    }

    public HookOutput BeginBlock(StateOverlay state, BlockContext block)
    {
        Punished.AddRange(block.Evidence);
        return Begin(state, block);
    }

    private HookOutput Begin(StateOverlay state, BlockContext block) => Hook(state, block, BeginWrites(block.Height), 0x10);

    public HookOutput EndBlock(StateOverlay state, BlockContext block)
    {
        HookOutput output = Hook(state, block, EndWrites(block.Height), 0x11);
        if (EndPays is not { } pays || !output.WroteState) return output;
        Move(state, Pool, pays.To, pays.Amount);
        return output with { Logs = [.. output.Logs, MovedLog(Pool, pays.To, pays.Amount)] };
    }

    public ValidatorSet Validators(IStateView state) => _validators;

    /// <summary>Validator, height, height and time of the block.</summary>
    public Func<Address, ulong, ulong, ulong, Accused> Accuse { get; set; } = static (_, _, _, _) => Accused.Unknown;

    /// <summary>What the begin hooks were given.</summary>
    public List<EvidenceItem> Punished { get; } = [];

    public Accused FindAccused(IStateView state, in Address validator, ulong height, ulong blockHeight, ulong blockTimeMs) => Accuse(validator, height, blockHeight, blockTimeMs);

    public IReadOnlyList<string> CheckInvariants(IStateView state) => [];

    public static byte[] Pad(ReadOnlySpan<byte> bytes)
    {
        byte[] word = new byte[32];
        bytes[..Math.Min(32, bytes.Length)].CopyTo(word);
        return word;
    }

    private static HookOutput Hook(StateOverlay state, BlockContext block, bool writes, byte table)
    {
        if (!writes) return new HookOutput(false, []);
        state.SetRecord(RecordKey.Make(1, table, [0]), new byte[] { 1, (byte)block.Height });
        return new HookOutput(true, [new LogEntry(Module, [Happened], new byte[] { table })]);
    }

    private static void Move(StateOverlay state, in Address from, in Address to, Amount amount)
    {
        state.TryGetAccount(from, out Account payer);
        state.SetAccount(from, payer with { Balance = payer.Balance - amount });
        state.TryGetAccount(to, out Account payee);
        state.SetAccount(to, payee with { Balance = payee.Balance + amount });
    }

    private static LogEntry MovedLog(in Address from, in Address to, Amount amount)
    {
        byte[] data = new byte[32];
        ((Uint256)amount.BaseUnits).WriteBigEndian(data);
        return new LogEntry(Module, [Moved, Topic(from), Topic(to), Hash256.Zero], data);
    }

    private static Hash256 Topic(in Address address)
    {
        byte[] word = new byte[32];
        address.CopyTo(word.AsSpan(12));
        return new Hash256(word);
    }

    private static CallOutput Succeed(ulong gasUsed, ulong refund, params LogEntry[] logs) => new(CallStatus.Success, new byte[] { 1 }, gasUsed, refund, logs);
}
