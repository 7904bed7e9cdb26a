using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Economics;

internal static class EconomicsErrors
{
    public static readonly ErrorDeclaration NothingVested = new(
        "error NothingVested(address beneficiary)", "DSDN-E-ECONOMICS-NOTHING-VESTED", "No grant of the caller has anything to claim now.");

    public static readonly IReadOnlyList<ErrorDeclaration> All = [NothingVested];
}
