using Dsdn.Chain.Log.Events;
using Dsdn.Log.Storing;

namespace Dsdn.Simulator.Storage;

/// <summary>Rules that are broken on purpose.</summary>
internal sealed record StorageDoubles
{
    public static readonly StorageDoubles None = new();

    /// <summary>Changes what the planner wants before a batch is built.</summary>
    public Func<IReadOnlyList<EventBody>, IReadOnlyList<EventBody>> Repairs { get; init; } = static repairs => repairs;

    /// <summary>Changes what a node's core asks for before its process sees it.</summary>
    public Func<StoringEffect, ulong, IEnumerable<StoringEffect>> Effects { get; init; } = static (effect, _) => [effect];

    public Func<StoringOptions, StoringOptions> Options { get; init; } = static options => options;

    /// <summary>What the registry has for a zone.</summary>
    public Func<NodePlan, ushort> Zone { get; init; } = static node => node.Zone;

    /// <summary>Bytes from others are compared with what was declared.</summary>
    public bool ChecksSources { get; init; } = true;

    /// <summary>Bytes are on the disk before anybody hears that they are.</summary>
    public bool SyncsFirst { get; init; } = true;

    /// <summary>A put is compared with what the log reserves.</summary>
    public bool ChecksReservations { get; init; } = true;

    /// <summary>Nodes that do not answer are said to be missed.</summary>
    public bool CountsMissed { get; init; } = true;

    /// <summary>Disks are read through once in a while.</summary>
    public bool Scrubs { get; init; } = true;

    public bool Audits { get; init; } = true;
}
