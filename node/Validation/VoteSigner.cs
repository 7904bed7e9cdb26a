using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Node.Validation;

/// <summary>Signs with the validator's consensus key and refuses to contradict itself.</summary>
public interface IVoteSigner
{
    /// <summary>32-byte Ed25519 public key.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    LastSign Last { get; }

    /// <summary>64-byte signature, durable before it is returned. The same request gets the stored signature again.</summary>
    /// <exception cref="DoubleSignException">something else was signed at this or a later (height, round, step), or it is a prevote against the last precommit</exception>
    byte[] Sign(ulong height, uint round, SignStep step, ReadOnlySpan<byte> signBytes);

    /// <summary>The 80-byte beacon proof of a height (<see cref="VrfBeacon"/>). Deterministic: there is nothing in it to contradict.</summary>
    byte[] ProveBeacon(ulong chainId, ulong height, Hash256 previousBeacon);
}

/// <summary>The request contradicts what was signed before; nothing was signed.</summary>
public sealed class DoubleSignException(string message) : Exception($"DSDN-E-DOUBLE-SIGN: {message}");

/// <summary>The key in this process, the record in a file (chain-decisions 1.11).</summary>
public sealed class FileVoteSigner(ConsensusKey key, LastSignFile file) : IVoteSigner, IDisposable
{
    public ReadOnlyMemory<byte> PublicKey => key.PublicKey;

    public LastSign Last => file.Last;

    public byte[] ProveBeacon(ulong chainId, ulong height, Hash256 previousBeacon) => key.ProveBeacon(chainId, height, previousBeacon);

    public byte[] Sign(ulong height, uint round, SignStep step, ReadOnlySpan<byte> signBytes)
    {
        byte[] hash = LastSignFile.HashOf(signBytes);
        int order = file.Last.CompareTo(height, round, step);
        if (order > 0) throw new DoubleSignException($"height {height} round {round} {step} lies before the last signature at height {file.Last.Height} round {file.Last.Round} {file.Last.Step}");
        if (order == 0)
        {
            if (!hash.AsSpan().SequenceEqual(file.Last.SignBytesHash)) throw new DoubleSignException($"another message was signed at height {height} round {round} {step}");
            return file.Last.Signature;
        }
        SignedLock locked = file.Last.Lock;
        if (locked.Forbids(height, round, step, signBytes)) throw new DoubleSignException($"height {height} round {round}: another block was precommitted in round {locked.Round}, and the prevote names no later proof of lock");
        byte[] signature = key.Sign(signBytes);
        file.Store(new LastSign(height, round, step, hash, signature) { Lock = locked.After(height, round, step, signBytes) });
        return signature;
    }

    /// <summary>Nothing at this height or below will be signed any more.</summary>
    public void Raise(ulong height) => file.Store(new LastSign(height, uint.MaxValue, SignStep.Precommit, new byte[32], new byte[64]));

    /// <summary>For a validator that decides alone and was rolled back: no other can be bound by what it precommitted.</summary>
    public void ForgetLock() => file.Store(file.Last with { Lock = default });

    /// <summary>Nothing was ever signed, as far as the record knows.</summary>
    public bool IsEmpty => file.Last.Step == SignStep.None;

    public void Dispose() => file.Dispose();
}
