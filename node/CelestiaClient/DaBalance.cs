namespace Dsdn.CelestiaClient;

/// <summary>What the submitting account holds, as the endpoint that submits says; or why it is not known.</summary>
/// <param name="Failure"><see cref="DaFailure.None"/> where the balance is known.</param>
public readonly record struct DaBalance(UInt128 Utia, DaFailure Failure)
{
    public const ulong UtiaPerTia = 1_000_000;

    public bool IsKnown => Failure.IsNone;
}
