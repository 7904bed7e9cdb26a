using System.Security.Cryptography;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Signing;

/// <summary>Why a message is not signed.</summary>
public enum SignRefusal : byte
{
    None = 0,

    /// <summary>Something later in signing order was signed.</summary>
    Earlier,

    /// <summary>Another message was signed at this place.</summary>
    Another,

    /// <summary>A prevote against the last precommit that names no later proof of lock.</summary>
    Lock,
}

/// <summary>A signature made before, a refusal, or neither: then it may be signed.</summary>
public readonly record struct SignAnswer(ReadOnlyMemory<byte>? Signature, SignRefusal Refusal);

/// <summary>
/// What a validator's key may sign after what it signed last (chain-decisions 1.11). Pure: the signer of a node keeps the record in
/// a file and the simulator on a disk that tears; both ask here.
/// </summary>
public static class SigningRules
{
    /// <param name="signBytes">The same bytes again get the stored signature.</param>
    public static SignAnswer Ask(LastSign last, ulong height, uint round, SignStep step, ReadOnlySpan<byte> signBytes)
    {
        int order = last.CompareTo(height, round, step);
        if (order > 0) return new SignAnswer(null, SignRefusal.Earlier);
        if (order == 0) return IsMessage(last, signBytes) ? new SignAnswer(last.Signature, SignRefusal.None) : new SignAnswer(null, SignRefusal.Another);
        return new SignAnswer(null, last.Lock.Forbids(height, round, step, signBytes) ? SignRefusal.Lock : SignRefusal.None);
    }

    /// <summary>The record that must be on disk before the signature is handed out.</summary>
    public static LastSign After(LastSign last, ulong height, uint round, SignStep step, ReadOnlySpan<byte> signBytes, ReadOnlyMemory<byte> signature) =>
        new(height, round, step, Hash(signBytes), signature) { Lock = last.Lock.After(height, round, step, signBytes) };

    /// <summary>Whether these are the bytes that were signed last.</summary>
    public static bool IsMessage(LastSign last, ReadOnlySpan<byte> signBytes) => last.Message == Hash(signBytes);

    private static Hash256 Hash(ReadOnlySpan<byte> signBytes) => new(SHA256.HashData(signBytes));
}
