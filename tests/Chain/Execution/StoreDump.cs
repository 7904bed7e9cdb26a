using System.Text;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.Tests.Execution;

/// <summary>Every key and value of a store, to compare stores.</summary>
internal static class StoreDump
{
    public static string Of(IKeyValueStore store)
    {
        var text = new StringBuilder();
        byte[] end = [.. Enumerable.Repeat((byte)0xff, 80)];
        foreach (ColumnFamily family in Enum.GetValues<ColumnFamily>())
        {
            using KeyValueCursor cursor = store.Scan(family, [], end);
            while (cursor.MoveNext()) text.Append(family).Append(' ').Append(Convert.ToHexString(cursor.Key)).Append('=').AppendLine(Convert.ToHexString(cursor.Value));
        }
        return text.ToString();
    }
}
