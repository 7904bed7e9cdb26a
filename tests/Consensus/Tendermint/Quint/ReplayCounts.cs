namespace Dsdn.Consensus.Tests.Tendermint.Quint;

/// <summary>What was compared, and what was left out for which named reason.</summary>
internal sealed class ReplayCounts
{
    private readonly SortedDictionary<string, int> _leftOut = new(StringComparer.Ordinal);

    public int Calls { get; set; }

    /// <summary>Calls that gave the same.</summary>
    public int Steps { get; set; }

    /// <summary>Calls of a height after one that differed for a named reason.</summary>
    public int Abandoned { get; set; }

    /// <summary>States in which nothing of the model was pending.</summary>
    public int Settled { get; set; }

    /// <summary>Settled states at which the driver that runs every rule at once stood alike and had sent the same.</summary>
    public int SettledAlike { get; set; }

    public void LeaveOut(string deviation) => _leftOut[deviation] = _leftOut.GetValueOrDefault(deviation) + 1;

    public override string ToString() => string.Join("; ", [$"{Steps} of {Calls} calls, {Abandoned} abandoned, {Settled} settled, {SettledAlike} alike at once", .. _leftOut.Select(pair => $"{pair.Value} x {pair.Key}")]);
}
