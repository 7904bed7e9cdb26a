using System.Globalization;
using Dsdn.Chain.Primitives;
using Dsdn.Genesis;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Money;

namespace Dsdn.Host.Networks;

/// <summary>A network of validators that is to be written.</summary>
/// <param name="Directory">Must not exist.</param>
/// <param name="Endpoints">One for each validator, in their order.</param>
/// <param name="ChainId">Ignored for a development network.</param>
/// <param name="Stake">Of each validator; ignored for a development network, whose genesis says it.</param>
/// <param name="IsDevelopment">The public development keys and accounts.</param>
/// <param name="GenesisTimeMs">Of a network that is no development network.</param>
/// <param name="BlockTime">The text of the setting; null: the network's own.</param>
internal sealed record NetworkPlan(
    string Directory, string Name, IReadOnlyList<Endpoints> Endpoints, ulong ChainId, Amount Stake, bool IsDevelopment, ulong GenesisTimeMs, string? BlockTime = null)
{
    public const string Refused = "DSDN-E-NETWORK-PLAN";
    public const string Exists = "DSDN-E-NETWORK-EXISTS";
    public const int ValidatorsMax = 100;

    /// <summary>What each operator has beside its stake, for fees.</summary>
    public static readonly Amount OperatorBalance = Amount.Nusa(10_000);

    private const int NameCharsMax = 64;
    private const ulong PublicChainIds = 17_847; // mainnet, testnet, devnet

    public static readonly Amount DefaultStake = Amount.Nusa(100_000);

    /// <exception cref="DsdnException"><see cref="Refused"/> or <see cref="Exists"/></exception>
    public void Check()
    {
        int most = IsDevelopment ? DevnetKeys.ValidatorsMax : ValidatorsMax;
        if (Endpoints.Count < 1 || Endpoints.Count > most) throw Bad($"--validators: 1 to {most}");
        if (Name.Length is 0 or > NameCharsMax || !Name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) throw Bad("--name: letters, digits, - and _");
        if (!IsDevelopment && ChainId is 0 or (>= PublicChainIds - 2 and <= PublicChainIds)) throw Bad("--chain-id: not 0 and not that of a public network");
        foreach (Endpoints endpoint in Endpoints)
        {
            if (Uri.CheckHostName(endpoint.Host) == UriHostNameType.Unknown) throw Bad($"--host: '{endpoint.Host}' is neither a name nor an address");
            if (endpoint.RpcPort is < 1 or > ushort.MaxValue || endpoint.P2pPort is < 1 or > ushort.MaxValue) throw Bad("ports: 1 to 65535");
        }
        if (!IsDevelopment) CheckStake();
        if (Path.Exists(Directory)) throw new DsdnException(Exists, ErrorClass.Usage, Directory);
    }

    private void CheckStake()
    {
        Amount least = new Modules.Staking.StakingParams().SelfBondMin;
        if (Stake < least) throw Bad($"--stake: at least {NusaText.Show(least)}");
        // Compared by division: the product of a large stake would overflow.
        Amount each = Allocation.Of(Share.EarlyNodes).MulDiv(1, (ulong)Endpoints.Count, Rounding.Down);
        if (Stake + OperatorBalance > each) throw Bad($"--stake: {Endpoints.Count.ToString(CultureInfo.InvariantCulture)} validators have at most {NusaText.Show(each - OperatorBalance)} each");
    }

    private static DsdnException Bad(string what) => new(Refused, ErrorClass.Usage, what);
}
