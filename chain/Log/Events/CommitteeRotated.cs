using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Events;

/// <summary>The committee of an epoch, derived from the module's feed: the body is the committee as it is hashed.</summary>
public sealed record CommitteeRotated(Committee Committee) : EventBody
{
    public override EventKind Kind => EventKind.CommitteeRotated;

    internal static EventBody Read(ref LogReader reader)
    {
        Committee committee = CommitteeCodec.Read(ref reader);
        return new CommitteeRotated(committee);
    }

    internal override void Write(LogWriter writer) => CommitteeCodec.Write(writer, Committee);
}
