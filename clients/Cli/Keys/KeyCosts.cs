using Dsdn.Chain.Wallet.Keystore;

namespace Dsdn.Cli.Keys;

/// <summary>How hard it is to try passwords against the files written. Tests use the light ones; users cannot choose.</summary>
internal sealed record KeyCosts(ScryptCost Wallet, Argon2Cost Node)
{
    public static readonly KeyCosts Standard = new(ScryptCost.Standard, Argon2Cost.Standard);

    public static readonly KeyCosts Light = new(ScryptCost.Light, Argon2Cost.Light);
}
