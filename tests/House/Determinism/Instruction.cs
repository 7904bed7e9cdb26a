using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Dsdn.House.Tests.Determinism;

/// <summary>One IL instruction with its operand: a metadata handle, a number, or branch targets (absolute offsets).</summary>
public sealed record Instruction(int Offset, OpCode OpCode, EntityHandle Handle, int Number, int[] Targets)
{
    private static readonly OpCode[] OneByte = new OpCode[256];
    private static readonly OpCode[] TwoByte = new OpCode[256];

    static Instruction()
    {
        foreach (System.Reflection.FieldInfo field in typeof(OpCodes).GetFields())
        {
            if (field.GetValue(null) is not OpCode code) continue;
            ushort value = unchecked((ushort)code.Value);
            if (code.Size == 1) OneByte[value] = code;
            else TwoByte[value & 0xff] = code;
        }
    }

    public static IReadOnlyList<Instruction> Decode(BlobReader il)
    {
        List<Instruction> list = [];
        while (il.RemainingBytes > 0)
        {
            int offset = il.Offset;
            byte first = il.ReadByte();
            OpCode code = first == 0xfe ? TwoByte[il.ReadByte()] : OneByte[first];
            EntityHandle handle = default;
            int number = 0;
            int[] targets = [];
            switch (code.OperandType)
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineVar:
                    number = il.ReadByte();
                    break;
                case OperandType.InlineVar:
                    number = il.ReadUInt16();
                    break;
                case OperandType.ShortInlineI:
                    number = il.ReadSByte();
                    break;
                case OperandType.InlineI:
                    number = il.ReadInt32();
                    break;
                case OperandType.InlineI8:
                case OperandType.InlineR:
                    il.ReadInt64();
                    break;
                case OperandType.ShortInlineR:
                    il.ReadInt32();
                    break;
                case OperandType.ShortInlineBrTarget:
                    int near = il.ReadSByte();
                    targets = [il.Offset + near];
                    break;
                case OperandType.InlineBrTarget:
                    int far = il.ReadInt32();
                    targets = [il.Offset + far];
                    break;
                case OperandType.InlineSwitch:
                    int[] relative = new int[il.ReadInt32()];
                    for (int i = 0; i < relative.Length; i++) relative[i] = il.ReadInt32();
                    targets = Array.ConvertAll(relative, delta => il.Offset + delta);
                    break;
                case OperandType.InlineString:
                    il.ReadInt32();
                    break;
                default:
                    handle = (EntityHandle)MetadataTokens.Handle(il.ReadInt32());
                    break;
            }
            list.Add(new Instruction(offset, code, handle, number, targets));
        }
        return list;
    }
}
