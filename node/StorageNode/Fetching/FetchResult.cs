using Dsdn.Chain.Primitives;
using Dsdn.Log.Storing;

namespace Dsdn.StorageNode.Fetching;

/// <param name="Blamed">Nodes that did not give what they should have.</param>
internal readonly record struct FetchResult(FetchOutcome Outcome, IReadOnlyList<Hash256> Blamed, string Detail)
{
    public static FetchResult Stored => new(FetchOutcome.Stored, [], "");

    public static FetchResult Failed(string detail, params IReadOnlyList<Hash256> blamed) => new(FetchOutcome.Failed, blamed, detail);

    public static FetchResult NoRoom(string detail) => new(FetchOutcome.NoRoom, [], detail);
}
