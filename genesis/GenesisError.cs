using System.Globalization;

namespace Dsdn.Genesis;

/// <summary>One thing wrong with a genesis file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Pointer">RFC 6901; empty for the whole document.</param>
/// <param name="Code">Stable: one of <see cref="GenesisCodes"/>.</param>
public sealed record GenesisError(int Line, string Pointer, string Code, string Message)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"line {Line}: {(Pointer.Length == 0 ? "/" : Pointer)}: {Message} ({Code})");
}

/// <summary>The codes of <see cref="GenesisError"/>.</summary>
public static class GenesisCodes
{
    public const string Json = "DSDN-E-GENESIS-JSON";
    public const string Missing = "DSDN-E-GENESIS-MISSING";
    public const string Unknown = "DSDN-E-GENESIS-UNKNOWN";
    public const string Duplicate = "DSDN-E-GENESIS-DUPLICATE";
    public const string Type = "DSDN-E-GENESIS-TYPE";
    public const string Incomplete = "DSDN-E-GENESIS-INCOMPLETE";
    public const string Supply = "DSDN-E-GENESIS-SUPPLY";
    public const string Allocation = "DSDN-E-GENESIS-ALLOCATION";
    public const string Account = "DSDN-E-GENESIS-ACCOUNT";
    public const string Vesting = "DSDN-E-GENESIS-VESTING";
    public const string Key = "DSDN-E-GENESIS-KEY";
    public const string Possession = "DSDN-E-GENESIS-POSSESSION";
    public const string Stake = "DSDN-E-GENESIS-STAKE";
    public const string Committee = "DSDN-E-GENESIS-COMMITTEE";
    public const string Bounds = "DSDN-E-GENESIS-BOUNDS";
    public const string Chain = "DSDN-E-GENESIS-CHAIN";
    public const string Module = "DSDN-E-GENESIS-MODULE";
}
