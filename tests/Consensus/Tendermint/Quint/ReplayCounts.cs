namespace Dsdn.Consensus.Tests.Tendermint.Quint;

/// <summary>What was compared, and what was left out for which named reason.</summary>
internal sealed class ReplayCounts
{
    private readonly SortedDictionary<string, int> _leftOut = new(StringComparer.Ordinal);

    public int Steps { get; set; }

    public int Settled { get; set; }

    public void LeaveOut(string deviation) => _leftOut[deviation] = _leftOut.GetValueOrDefault(deviation) + 1;

    public override string ToString() => $"{Steps} steps, {Settled} settled; left out: {string.Join(", ", _leftOut.Select(pair => $"{pair.Key} {pair.Value}"))}";
}
