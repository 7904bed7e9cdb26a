using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Rules;

/// <summary>What follows from the chain. The anchor beside these events proved them, so they are taken as they are.</summary>
internal sealed class ChainRules(LogTables tables)
{
    /// <summary>Whatever its label: a wrong one must not lose a fact of the chain.</summary>
    public void Apply(NodeChanged changed)
    {
        tables.Nodes.Set(new IdKey(changed.NodeId), new NodeRow { Record = changed.Record });
        tables.Placeable.Changed(changed.NodeId);
    }

    /// <summary>An epoch that has begun cannot get another committee: its batches name the first one. The same one again changes nothing.</summary>
    public LogFault Check(CommitteeRotated rotated, BatchScope scope)
    {
        ulong epoch = rotated.Committee.Epoch, running = Committees.At(tables, scope.LogTimeMs).Epoch;
        if (epoch > running) return LogFault.None;
        int slot = tables.Committees.Find(new NumberKey(epoch));
        return slot != LogTables.None && tables.Committees.Row(slot).Committee is { } known && known.Hash == rotated.Committee.Hash ? LogFault.None : LogFault.Committee;
    }

    public void Apply(CommitteeRotated rotated) => tables.Committees.Set(new NumberKey(rotated.Committee.Epoch), new CommitteeRow { Committee = rotated.Committee });
}
