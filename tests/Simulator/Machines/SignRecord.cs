using Dsdn.Chain.Primitives;

namespace Dsdn.Simulator.Machines;

/// <summary>What is signed in which order within a round.</summary>
internal enum SignStep : byte
{
    None = 0,
    Proposal = 1,
    Prevote = 2,
    Precommit = 3,
}

/// <summary>A message that a key is asked to sign.</summary>
/// <param name="Value">Zero: nil.</param>
internal sealed record SignRequest(ulong Height, uint Round, SignStep Step, Hash256 Value, int PolRound, byte[] Message);

internal readonly record struct SignedLock(ulong Height, uint Round, Hash256 Value)
{
    /// <summary>A prevote against the lock that names no later proof of lock (arXiv 1807.04938, line 29).</summary>
    public bool Forbids(SignRequest request) =>
        request.Step == SignStep.Prevote && request.Height == Height && request.Round > Round && !Value.IsZero && !request.Value.IsZero
        && request.Value != Value && request.PolRound < (long)Round;
}

/// <summary>The last signature, as it lies on disk.</summary>
/// <param name="Lock">The last value it precommitted, and where.</param>
internal sealed record LastSign(ulong Height, uint Round, SignStep Step, Hash256 Message, byte[] Signature, SignedLock Lock)
{
    public static readonly LastSign None = new(0, 0, SignStep.None, Hash256.Zero, [], default);

    public int CompareTo(ulong height, uint round, SignStep step)
    {
        if (Height != height) return Height.CompareTo(height);
        return Round != round ? Round.CompareTo(round) : Step.CompareTo(step);
    }
}

/// <summary>
/// The signer's own durable record, of two slots written in turn: a crash in the middle of a write leaves the older one.
/// It lies apart from the data folder: restoring an older chain does not bring an older record back.
/// </summary>
internal sealed class SignRecord
{
    /// <summary>What a process that opens the record finds.</summary>
    public LastSign Last { get; private set; } = LastSign.None;

    /// <summary>The record was lost: no process has found out yet how far the network is.</summary>
    public bool IsLost { get; set; }

    public int Syncs { get; private set; }

    public void Store(LastSign record)
    {
        Last = record;
        Syncs++;
    }

    public void Lose() => (Last, IsLost) = (LastSign.None, true);
}
