namespace Dsdn.Chain.Execution.Kernel;

/// <summary>
/// Counts gas against a limit. Running out is a state, not an exception: once exhausted it stays so, handlers run on to
/// their (bounded) end, and the kernel discards everything they did.
/// </summary>
public sealed class GasMeter(ulong limit)
{
    public ulong Limit { get; } = limit;

    public ulong Used { get; private set; }

    public ulong Refund { get; private set; }

    public bool IsExhausted { get; private set; }

    public ulong Left => Limit - Used;

    /// <summary>False when this charge or an earlier one was not covered; used is then the limit.</summary>
    public bool Charge(ulong gas)
    {
        if (IsExhausted || gas > Limit - Used)
        {
            Used = Limit;
            IsExhausted = true;
            return false;
        }
        Used += gas;
        return true;
    }

    public void AddRefund(ulong gas) => Refund += gas;

    public void TakeRefund(ulong gas) => Refund -= gas;
}
