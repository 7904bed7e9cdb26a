namespace Dsdn.Chain.Execution;

/// <summary>One after the other on the caller's thread: simulations and tests.</summary>
public sealed class Sequential : IParallel
{
    public static readonly Sequential Instance = new();

    private Sequential()
    {
    }

    public void Run(params ReadOnlySpan<Action> pieces)
    {
        foreach (Action piece in pieces) piece();
    }

    public void For(int count, int grain, Action<int, int> range)
    {
        if (count > 0) range(0, count);
    }
}
