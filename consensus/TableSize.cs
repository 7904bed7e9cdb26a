namespace Dsdn.Consensus;

/// <summary>How full something is that peers can make grow, and how large it may get whatever they send.</summary>
/// <param name="Name">Of the part and the table, as "gossip: early parts".</param>
public readonly record struct TableSize(string Name, long Items, long ItemsMax);
