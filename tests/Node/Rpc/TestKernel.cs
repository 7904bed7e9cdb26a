using System.Buffers.Binary;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Node.Tests.Rpc;

/// <summary>
/// A module that emits whatever logs its call data spells out, under any address, and one that stores, reverts or burns
/// gas: enough to test readers without the real modules' rules.
/// </summary>
internal sealed class TestKernel(ValidatorSet validators) : IModuleKernel
{
    public const byte Emit = 1, Store = 2, RevertWithReason = 3, RevertWithData = 4, BurnAll = 5, Echo = 6;
    public const ushort ScalarTable = 0x8001, RecordTable = 0x0001;

    public static readonly Address Fees = Address.FromNumber(0x800);
    public static readonly Address Module = Address.FromNumber(0x801);

    public Address FeePool => Fees;

    /// <summary>Heights whose end hook writes and logs, so that the block ends in a system transaction.</summary>
    public Func<ulong, bool> EndWrites { get; set; } = static _ => false;

    public bool IsModule(in Address address) => address == Fees || address == Module;

    public static byte[] EmitData(params LogEntry[] logs)
    {
        using var data = new MemoryStream();
        data.WriteByte(Emit);
        Span<byte> length = stackalloc byte[2];
        foreach (LogEntry log in logs)
        {
            data.Write(log.Address.Span);
            data.WriteByte((byte)log.Topics.Count);
            foreach (Hash256 topic in log.Topics) data.Write(topic.Span);
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)log.Data.Length);
            data.Write(length);
            data.Write(log.Data.Span);
        }
        return data.ToArray();
    }

    public CallOutput Call(StateOverlay state, BlockContext block, CallInput input)
    {
        CallOutput output = Run(state, block, input);
        return output.GasUsed <= input.Gas ? output : new CallOutput(CallStatus.OutOfGas, default, input.Gas, 0, []);
    }

    private static CallOutput Run(StateOverlay state, BlockContext block, CallInput input)
    {
        ReadOnlyMemory<byte> data = input.Data;
        switch (data.IsEmpty ? (byte)0 : data.Span[0])
        {
            case Emit:
                return new CallOutput(CallStatus.Success, default, 5_000, 0, ReadLogs(data[1..]));
            case Store:
                state.SetRecord(RecordKey.Make(1, ScalarTable, [1]), Word(42));
                state.SetRecord(RecordKey.Make(1, RecordTable, [1]), data[1..].ToArray());
                return new CallOutput(CallStatus.Success, default, 40_000, 0, []);
            case RevertWithReason:
                return new CallOutput(CallStatus.Reverted, ErrorString("not allowed"), 1_000, 0, []);
            case RevertWithData:
                return new CallOutput(CallStatus.Reverted, new byte[] { 0xde, 0xad, 0xbe, 0xef }, 1_000, 0, []);
            case BurnAll:
                return new CallOutput(CallStatus.OutOfGas, default, input.Gas, 0, []);
            case Echo:
                return new CallOutput(CallStatus.Success, data[1..], 1_000, 0, []);
            default:
                return new CallOutput(CallStatus.Reverted, default, 1_000, 0, []);
        }
    }

    public HookOutput BeginBlock(StateOverlay state, BlockContext block) => new(false, []);

    public HookOutput EndBlock(StateOverlay state, BlockContext block)
    {
        if (!EndWrites(block.Height)) return new HookOutput(false, []);
        state.SetRecord(RecordKey.Make(1, RecordTable, [9]), new byte[] { (byte)block.Height });
        return new HookOutput(true, [new LogEntry(Module, [new Hash256(Word(7))], new byte[] { 1 })]);
    }

    public ValidatorSet Validators(IStateView state) => validators;

    public Accused FindAccused(IStateView state, in Address validator, ulong height, ulong blockHeight, ulong blockTimeMs) => Accused.Unknown;

    public IReadOnlyList<string> CheckInvariants(IStateView state) => [];

    private static List<LogEntry> ReadLogs(ReadOnlyMemory<byte> data)
    {
        var logs = new List<LogEntry>();
        while (!data.IsEmpty)
        {
            var address = new Address(data.Span[..20]);
            int topicCount = data.Span[20];
            data = data[21..];
            var topics = new List<Hash256>();
            for (int i = 0; i < topicCount; i++, data = data[32..]) topics.Add(new Hash256(data.Span[..32]));
            int length = BinaryPrimitives.ReadUInt16BigEndian(data.Span);
            logs.Add(new LogEntry(address, topics, data.Slice(2, length)));
            data = data[(2 + length)..];
        }
        return logs;
    }

    private static byte[] Word(byte value)
    {
        byte[] word = new byte[32];
        word[31] = value;
        return word;
    }

    private static byte[] ErrorString(string text)
    {
        byte[] data = new byte[4 + 96];
        new byte[] { 0x08, 0xc3, 0x79, 0xa0 }.CopyTo(data, 0);
        data[35] = 32;
        data[67] = (byte)text.Length;
        System.Text.Encoding.ASCII.GetBytes(text).CopyTo(data, 68);
        return data;
    }
}
