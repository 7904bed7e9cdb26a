using Dsdn.Chain.Primitives;

namespace Dsdn.Genesis;

/// <summary>Whose part of the supply an entry is (protocol 1.4).</summary>
public enum Share
{
    RewardPool,
    BootstrapSubsidy,
    Foundation,
    CommunityGrants,
    EarlyNodes,
    Liquidity,
}

/// <summary>How the 300,000,000 NUSA are divided: 50 % rewards of nodes and validators over 20 years, 10 % bootstrap subsidy, 20 % foundation over 5 years, 10 % community grants, 5 % early nodes, 5 % liquidity.</summary>
public static class Allocation
{
    public const ulong YearMs = 365UL * 24 * 60 * 60 * 1000;
    public const ulong RewardPoolMs = 20 * YearMs;
    public const ulong FoundationMs = 5 * YearMs;

    public static readonly Amount Supply = Amount.Nusa(300_000_000);

    /// <summary>The address of the subsidy module (9), which holds its share until the module begins to pay.</summary>
    public static readonly Address SubsidyAddress = Address.FromNumber(0x809);

    public static IReadOnlyList<Share> Shares { get; } =
        [Share.RewardPool, Share.BootstrapSubsidy, Share.Foundation, Share.CommunityGrants, Share.EarlyNodes, Share.Liquidity];

    public static ulong Percent(Share share) => share switch
    {
        Share.RewardPool => 50,
        Share.Foundation => 20,
        Share.BootstrapSubsidy or Share.CommunityGrants => 10,
        Share.EarlyNodes or Share.Liquidity => 5,
        _ => throw new ArgumentOutOfRangeException(nameof(share)),
    };

    public static Amount Of(Share share) => Supply.MulDiv(Percent(share), 100, Rounding.Down);

    /// <summary>The name in genesis files.</summary>
    public static string Name(Share share) => share switch
    {
        Share.RewardPool => "rewardPool",
        Share.BootstrapSubsidy => "bootstrapSubsidy",
        Share.Foundation => "foundation",
        Share.CommunityGrants => "communityGrants",
        Share.EarlyNodes => "earlyNodes",
        Share.Liquidity => "liquidity",
        _ => throw new ArgumentOutOfRangeException(nameof(share)),
    };
}
