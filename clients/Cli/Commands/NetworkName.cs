namespace Dsdn.Cli.Commands;

/// <summary>Names of the networks by chain id (D1).</summary>
internal static class NetworkName
{
    public static string Of(ulong chainId) => chainId switch
    {
        17845 => "mainnet",
        17846 => "testnet",
        17847 => "devnet",
        _ => "unknown",
    };
}
