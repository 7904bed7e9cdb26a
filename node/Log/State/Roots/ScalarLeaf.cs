using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Roots;

/// <summary>A table of at most one row with an empty key.</summary>
/// <param name="value">Null where the row is not there.</param>
internal sealed class ScalarLeaf(LogTableId table, Func<byte[]?> value) : ILeafTable
{
    private readonly LogTableId[] _views = [table];
    private byte[]? _value;

    public ReadOnlySpan<LogTableId> Views => _views;

    public int Count => _value is null ? 0 : 1;

    public int KeyBytes => 0;

    public void Refresh(IParallel parallel) => _value = value();

    public void CopyLeaves(int view, Span<Hash256> leaves)
    {
        if (_value is not null) leaves[0] = Sha256Tree.Leaf([(byte)_views[view], .. _value]);
    }

    public int Locate(ReadOnlySpan<byte> key, out bool isThere)
    {
        isThere = _value is not null;
        return 0;
    }

    public void WriteLeaf(int position, int view, LogWriter writer) => writer.U8((byte)_views[view]).Bytes(_value);
}
