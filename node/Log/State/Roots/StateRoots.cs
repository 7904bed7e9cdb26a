using Dsdn.Chain.Execution;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Roots;

/// <summary>Both roots, made when they are asked for and kept until the state changes.</summary>
internal sealed class StateRoots(LogTables tables, IParallel parallel)
{
    private readonly PartTree _data = new(LogPart.Data, tables.Leaves), _operations = new(LogPart.Operations, tables.Leaves);
    private LogRoots? _known;

    public LogRoots Now()
    {
        if (_known is { } known) return known;
        parallel.For(tables.Leaves.Count, 1, (first, end) =>
        {
            for (int i = first; i < end; i++) tables.Leaves[i].Refresh(parallel);
        });
        LogRoots made = new(_data.Root(parallel), _operations.Root(parallel));
        _known = made;
        return made;
    }

    /// <summary>The state changes.</summary>
    public void Forget() => _known = null;

    public LogProof Prove(LogTableId table, ReadOnlySpan<byte> key)
    {
        Now();
        return (table.Part() == LogPart.Data ? _data : _operations).Prove(table, key);
    }

    /// <summary>By table ascending, the data part first; as of <see cref="Now"/>.</summary>
    public IEnumerable<(LogTableId Table, ILeafTable Source, int View)> Views => _data.Views.Concat(_operations.Views);
}
