using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Slashing;

/// <param name="Height">Of the block that punished; what was signed up to it is done with.</param>
/// <param name="Kind">As evidence is numbered.</param>
/// <param name="Evidence">Hash of the evidence.</param>
/// <param name="Taken">At once; redelegated stake answers when it is next touched.</param>
/// <param name="Jailed">False for a validator that would have left nobody to vote.</param>
/// <param name="Times">How often it was punished.</param>
internal sealed record PunishmentRow(
    ulong Height, ulong InfractionHeight, ulong Kind, Hash256 Evidence, ulong FractionBps, Amount Taken, bool Jailed, ulong Times) : IRow<PunishmentRow>
{
    public static ulong Version => 1;

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(Height);
        writer.Write(InfractionHeight);
        writer.Write(Kind);
        writer.Write(Evidence);
        writer.Write(FractionBps);
        writer.Write(Taken);
        writer.Write(Jailed);
        writer.Write(Times);
    }

    public static PunishmentRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadUInt64(out ulong height);
        reader.TryReadUInt64(out ulong infractionHeight);
        reader.TryReadUInt64(out ulong kind);
        reader.TryReadHash(out Hash256 evidence);
        reader.TryReadUInt64(out ulong fractionBps);
        reader.TryReadAmount(out Amount taken);
        reader.TryReadBool(out bool jailed);
        reader.TryReadUInt64(out ulong times);
        return new PunishmentRow(height, infractionHeight, kind, evidence, fractionBps, taken, jailed, times);
    }
}
