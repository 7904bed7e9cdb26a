namespace Dsdn.Modules.Nodes;

/// <summary>Numbers are part of the ABI and of records: never renumber.</summary>
public enum NodeClass : byte
{
    Regular = 0,
    DataCenter = 1,
}

/// <summary>protocol.md 1.6, and Leaving (rulings 43). Numbers are part of the ABI and of records: never renumber.</summary>
public enum NodeStatus : byte
{
    Pending = 0,
    Active = 1,
    Quarantined = 2,
    Banned = 3,

    /// <summary>Its stake unbonds; it drains its replicas and stays slashable.</summary>
    Leaving = 4,
}

internal static class NodeTransitions
{
    /// <summary>
    /// Pending to Active, Banned; Active to Quarantined, Banned; Quarantined to Active, Banned; Banned to Pending. A node in
    /// any state but Banned may begin to leave, and one that leaves may still be banned.
    /// </summary>
    public static bool IsAllowed(NodeStatus from, NodeStatus to) => (from, to) switch
    {
        (NodeStatus.Pending, NodeStatus.Active or NodeStatus.Banned or NodeStatus.Leaving) => true,
        (NodeStatus.Active, NodeStatus.Quarantined or NodeStatus.Banned or NodeStatus.Leaving) => true,
        (NodeStatus.Quarantined, NodeStatus.Active or NodeStatus.Banned or NodeStatus.Leaving) => true,
        (NodeStatus.Banned, NodeStatus.Pending) => true,
        (NodeStatus.Leaving, NodeStatus.Banned) => true,
        _ => false,
    };
}
