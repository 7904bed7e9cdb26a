using Dsdn.Chain.Execution;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Roots;

/// <summary>Rows in the order of their keys, each a leaf under every table that the rows stand in.</summary>
internal interface ILeafTable
{
    ReadOnlySpan<LogTableId> Views { get; }

    int Count { get; }

    int KeyBytes { get; }

    /// <summary>Puts new rows in order and hashes the leaves that changed. The rest looks at the state as of the last call.</summary>
    void Refresh(IParallel parallel);

    /// <param name="leaves">As many as rows.</param>
    void CopyLeaves(int view, Span<Hash256> leaves);

    /// <summary>Where a key stands, or would stand.</summary>
    int Locate(ReadOnlySpan<byte> key, out bool isThere);

    /// <summary>table u8 | key | value.</summary>
    void WriteLeaf(int position, int view, LogWriter writer);
}
