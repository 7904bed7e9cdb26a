namespace Dsdn.Chain.State.Flat;

/// <summary>Odd from before a commit is written until the caches know it. One writer; any number of readers.</summary>
internal sealed class CommitGate
{
    private volatile int _sequence;

    public int Sequence => _sequence;

    public bool IsOpen(int sequence) => (sequence & 1) == 0 && _sequence == sequence;

    public void Begin() => _sequence = unchecked(_sequence | 1);

    public void End() => _sequence = unchecked((_sequence | 1) + 1);
}
