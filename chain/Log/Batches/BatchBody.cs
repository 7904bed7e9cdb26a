namespace Dsdn.Chain.Log.Batches;

/// <summary>
/// What a batch brings, in log order, as bytes: an event or receipt that cannot be read is skipped for a counted reason by whoever
/// applies it, and does not spoil its batch.
/// </summary>
public sealed record BatchBody(IReadOnlyList<ReadOnlyMemory<byte>> Events, IReadOnlyList<ReadOnlyMemory<byte>> Receipts)
{
    public static readonly BatchBody Empty = new([], []);
}
