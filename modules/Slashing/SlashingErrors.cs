using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Slashing;

internal static class SlashingErrors
{
    public static readonly ErrorDeclaration NeverPunished = new(
        "error NeverPunished(address operator)", "DSDN-E-SLASHING-NEVER-PUNISHED", "No validator of this operator was ever punished for what it signed.");

    public static readonly ErrorDeclaration PageTooLarge = new(
        "error PageTooLarge(uint256 maximum)", "DSDN-E-SLASHING-PAGE", "A page has 1 to this many rows.");

    public static readonly IReadOnlyList<ErrorDeclaration> All = [NeverPunished, PageTooLarge];
}
