using Dsdn.Chain.Log.Events;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Storage;

/// <summary>How a node lies.</summary>
internal enum Vice
{
    None,

    /// <summary>Acknowledges and throws away.</summary>
    Discards,

    /// <summary>Stores, and gives others something else.</summary>
    SendsOtherBytes,

    /// <summary>Says that it fetched what it did not.</summary>
    ClaimsWithoutBytes,
}

/// <param name="Zone">Where it is, whatever the registry has.</param>
/// <param name="Network">Third byte of its IPv4 address; the second one is the zone.</param>
/// <param name="SkewMs">Of its clock; added to a base, so never negative.</param>
internal sealed record NodePlan(string Name, ushort Zone, string Operator, byte Network, byte Class, ulong SkewMs, Vice Vice);

/// <summary>What a seed stands for: the network, its users and how much goes wrong.</summary>
internal sealed class StoragePlan
{
    public const ulong SkewMsMax = 2_000;

    /// <summary>Where liars are, they share a zone: of three copies one may lie, of nine shards two (the promise is about the others).</summary>
    private const int LiarsMax = 2;

    public required ulong Seed { get; init; }

    public required IReadOnlyList<NodePlan> Nodes { get; init; }

    public required int Zones { get; init; }

    public required int Users { get; init; }

    public required int Uploads { get; init; }

    /// <summary>More is lost than the codings promise to survive: then it must be reported, and nothing may break.</summary>
    public required bool IsBeyond { get; init; }

    public required bool HasAudits { get; init; }

    public required ulong FaultEveryMs { get; init; }

    /// <summary>Faults and uploads end.</summary>
    public ulong CalmMs { get; } = 150_000;

    public static StoragePlan Draw(ulong seed)
    {
        var random = SeededRandom.Of(seed, "plan");
        bool isBeyond = random.OneIn(10), hasLiars = !isBeyond && random.OneIn(3);
        int zones = random.Between(3, 6);
        ushort liarsZone = (ushort)random.Between(1, zones);
        bool hasSharers = random.OneIn(3);
        List<NodePlan> nodes = [];
        int liars = 0;
        for (ushort zone = 1; zone <= zones; zone++)
        {
            int count = random.Between(2, 3);
            for (int i = 0; i < count; i++)
            {
                string name = $"n{nodes.Count}";
                // Two nodes of one operator, or in one network, are one failure: also across zones, where an operator is concerned.
                string of = hasSharers && nodes.Count > 0 && random.OneIn(4) ? nodes[random.Below(nodes.Count)].Operator : $"operator of {name}";
                byte network = hasSharers && i > 0 && random.OneIn(3) ? nodes[^1].Network : (byte)(i + 1);
                Vice vice = hasLiars && zone == liarsZone && liars < LiarsMax ? random.Pick<Vice>([Vice.Discards, Vice.SendsOtherBytes, Vice.ClaimsWithoutBytes]) : Vice.None;
                if (vice != Vice.None) liars++;
                nodes.Add(new NodePlan(name, zone, of, network, (byte)(random.OneIn(3) ? 1 : 0), (ulong)random.Below((int)SkewMsMax), vice));
            }
        }
        return new StoragePlan
        {
            Seed = seed, Nodes = nodes, Zones = zones, Users = random.Between(1, 3), Uploads = random.Between(6, 16), IsBeyond = isBeyond,
            HasAudits = hasLiars || random.OneIn(3), FaultEveryMs = (ulong)random.Pick<int>([2_500, 5_000, 10_000, 30_000]),
        };
    }

    public static NodeStats Stats(NodePlan node, ulong freeBytes) => new(EndpointsOf(node), SimulatedDisk.CapacityBytes, freeBytes, 0, 10, 1_000, 2_000);

    public static Endpoint[] EndpointsOf(NodePlan node) =>
        [new Endpoint(EndpointRole.Storage, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, (byte)node.Zone, node.Network, byte.Parse(node.Name[1..], System.Globalization.CultureInfo.InvariantCulture) }, 45_840)];
}
