using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Signing;

/// <summary>What is signed in which order within a round.</summary>
public enum SignStep : byte
{
    None = 0,
    Proposal = 1,
    Prevote = 2,
    Precommit = 3,
}

/// <summary>What a validator signed last, in signing order (height, round, step).</summary>
/// <param name="Message">SHA-256 of the sign bytes.</param>
/// <param name="Signature">64 bytes.</param>
public sealed record LastSign(ulong Height, uint Round, SignStep Step, Hash256 Message, ReadOnlyMemory<byte> Signature)
{
    private static readonly ReadOnlyMemory<byte> NoSignature = new byte[64];

    /// <summary>Nothing was ever signed, as far as the record knows.</summary>
    public static readonly LastSign None = new(0, 0, SignStep.None, Hash256.Zero, NoSignature);

    /// <summary>What it precommitted last, which may be older than the last signature.</summary>
    public SignedLock Lock { get; init; }

    /// <summary>A record after which nothing at this height or below is signed.</summary>
    public static LastSign Above(ulong height) => new(height, uint.MaxValue, SignStep.Precommit, Hash256.Zero, NoSignature);

    public int CompareTo(ulong height, uint round, SignStep step)
    {
        if (Height != height) return Height.CompareTo(height);
        return Round != round ? Round.CompareTo(round) : Step.CompareTo(step);
    }
}
