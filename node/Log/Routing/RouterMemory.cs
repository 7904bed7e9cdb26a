namespace Dsdn.Log.Routing;

/// <summary>What the router knows beyond its pending batches and must not forget when the process ends.</summary>
/// <param name="IsForced">An operator set the mode; it stays until the order is taken back.</param>
/// <param name="OutageSinceMs">Since when Celestia has been down; 0: it is not.</param>
/// <param name="BacklogEnd">In Recovering: the highest seq that belongs to the outage.</param>
/// <param name="Reconciled">Batches of this outage that reached Celestia.</param>
/// <param name="LastHeight">The highest height of Celestia that holds a batch; 0: none.</param>
/// <param name="NextAnnouncement">Id of the next <see cref="RouterEffect.Announce"/>.</param>
public sealed record RouterMemory(RouterMode Mode, bool IsForced, ulong OutageSinceMs, ulong BacklogEnd, ulong Reconciled, ulong LastHeight, ulong NextAnnouncement)
{
    /// <summary>Of a router that never ran.</summary>
    public static readonly RouterMemory Initial = new(RouterMode.Healthy, false, 0, 0, 0, 0, 1);
}
