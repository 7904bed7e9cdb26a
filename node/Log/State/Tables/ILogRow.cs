using Dsdn.Chain.Log.Wire;

namespace Dsdn.Log.State.Tables;

/// <summary>A row of a table. It may stand in several leaves, one for each view of the table, under the same key.</summary>
internal interface ILogRow
{
    /// <summary>The value of the leaf of this view: fixed width, or self-delimiting.</summary>
    /// <param name="view">Index in the table's views.</param>
    void Write(int view, LogWriter writer);
}
