using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Sync;

/// <summary>What block sync knows of one peer: its claim, and whether it is worth asking.</summary>
internal sealed class SyncPeer(PeerId id)
{
    private const uint FailuresMax = 16;
    private const int SlownessMax = 8;

    private uint _failures;
    private ulong _setAsideUntilMs;

    public PeerId Id { get; } = id;

    /// <summary>Claimed; 0 before the first status.</summary>
    public ulong DecidedHeight { get; set; }

    public ulong OldestBody { get; set; }

    /// <summary>Requests under way.</summary>
    public int Outstanding { get; set; }

    /// <summary>Requests that timed out and may still be answered: such an answer is no offence.</summary>
    public int Late { get; set; }

    /// <summary>Its last status, also where the claim was lowered since because it did not deliver.</summary>
    public ulong StatedHeight { get; set; }

    /// <summary>Requests ask for 1 / 2^this of what should fit a reply: its link is slow.</summary>
    public int Slowness { get; private set; }

    public bool IsExcluded { get; private set; }

    /// <summary>Whether its claim counts: one that failed is set aside, longer each time, so that no claim can be waited for forever.</summary>
    public bool IsCredible(ulong nowMs) => nowMs >= _setAsideUntilMs && !IsExcluded;

    public bool CanSend(ulong height, ulong nowMs) => IsCredible(nowMs) && DecidedHeight >= height && OldestBody <= height;

    public void Fail(SyncOptions options, ulong nowMs)
    {
        ulong span = options.SetAsideMs << (int)Math.Min(_failures, FailuresMax);
        _setAsideUntilMs = nowMs + Math.Min(span, options.SetAsideMsMax);
        _failures++;
        Slowness = Math.Min(Slowness + 1, SlownessMax);
    }

    /// <summary>Sent something that no correct node sends: never asked again on this link.</summary>
    public void Exclude() => IsExcluded = true;

    public void Delivered() => Slowness = Math.Max(0, Slowness - 1);

    /// <summary>A block of it was applied.</summary>
    public void Proved() => _failures = 0;
}
