using Dsdn.Chain.Execution;

namespace Dsdn.Chain.View;

/// <summary>Pieces on the thread pool; the caller works too, so that a busy pool costs speed and never progress.</summary>
public sealed class ThreadParallel(int threads) : IParallel
{
    private readonly ParallelOptions _options = new() { MaxDegreeOfParallelism = threads };

    public void Run(params ReadOnlySpan<Action> pieces)
    {
        if (threads == 1 || pieces.Length == 1)
        {
            Sequential.Instance.Run(pieces);
            return;
        }
        Parallel.Invoke(_options, pieces.ToArray());
    }

    public void For(int count, int grain, Action<int, int> range)
    {
        int ranges = (count + grain - 1) / grain;
        if (threads == 1 || ranges <= 1)
        {
            Sequential.Instance.For(count, grain, range);
            return;
        }
        Parallel.For(0, ranges, _options, i => range(i * grain, Math.Min(count, (i + 1) * grain)));
    }
}
