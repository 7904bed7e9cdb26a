namespace Dsdn.Log.Routing.Outbox;

/// <summary>What an outbox holds at a moment.</summary>
/// <param name="Pending">Ascending by seq.</param>
/// <param name="HighestSeq">Of any batch it ever knew.</param>
/// <param name="Announcements">Not yet in a batch, in their order.</param>
public sealed record OutboxView(IReadOnlyList<PendingBatch> Pending, RouterMemory Memory, ulong HighestSeq, IReadOnlyList<OpenAnnouncement> Announcements);
