using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Signing;
using Dsdn.Node.Observability;

namespace Dsdn.Node.Validation;

/// <summary>Signs with the validator's consensus key and refuses to contradict itself.</summary>
public interface IVoteSigner
{
    /// <summary>32-byte Ed25519 public key.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    LastSign Last { get; }

    /// <summary>False: a call may wait for another process, so it is not made on a thread that others wait for.</summary>
    bool AnswersAtOnce => true;

    /// <summary>For operators.</summary>
    SigningStatus Status => SigningStatus.Local;

    /// <summary><see cref="Last"/> as the record itself has it now.</summary>
    /// <exception cref="SignerAwayException">the record is in another process, which does not answer</exception>
    LastSign ReadLast() => Last;

    /// <summary>64-byte signature, durable before it is returned. The same request gets the stored signature again.</summary>
    /// <exception cref="DoubleSignException">something else was signed at this or a later (height, round, step), or it is a prevote against the last precommit</exception>
    /// <exception cref="SignerAwayException">no answer; the same request may be made again</exception>
    /// <exception cref="NotSignedException">any other refusal</exception>
    byte[] Sign(ulong height, uint round, SignStep step, ReadOnlySpan<byte> signBytes);

    /// <summary>The 80-byte beacon proof of a height (<see cref="VrfBeacon"/>). Deterministic: there is nothing in it to contradict.</summary>
    byte[] ProveBeacon(ulong chainId, ulong height, Hash256 previousBeacon);
}

/// <summary>The key in this process, the record in a file (chain-decisions 1.11).</summary>
public sealed class FileVoteSigner(ConsensusKey key, LastSignFile file) : IVoteSigner, IDisposable
{
    public ReadOnlyMemory<byte> PublicKey => key.PublicKey;

    public LastSign Last => file.Last;

    /// <summary>For what it signs beside votes, each kind with a record of its own.</summary>
    internal ConsensusKey Key => key;

    public byte[] ProveBeacon(ulong chainId, ulong height, Hash256 previousBeacon) => key.ProveBeacon(chainId, height, previousBeacon);

    public byte[] Sign(ulong height, uint round, SignStep step, ReadOnlySpan<byte> signBytes)
    {
        SignAnswer answer = SigningRules.Ask(file.Last, height, round, step, signBytes);
        if (answer.Refusal != SignRefusal.None) throw new DoubleSignException(Text(answer.Refusal, height, round, step));
        if (answer.Signature is { } stored) return stored.ToArray();
        byte[] signature = key.Sign(signBytes);
        file.Store(SigningRules.After(file.Last, height, round, step, signBytes, signature));
        return signature;
    }

    /// <summary>Nothing at this height or below will be signed any more.</summary>
    public void Raise(ulong height) => file.Store(LastSign.Above(height));

    /// <summary>For a validator that decides alone and was rolled back: no other can be bound by what it precommitted.</summary>
    public void ForgetLock() => file.Store(file.Last with { Lock = default });

    /// <summary>Nothing was ever signed, as far as the record knows.</summary>
    public bool IsEmpty => file.Last.Step == SignStep.None;

    public void Dispose() => file.Dispose();

    private string Text(SignRefusal refusal, ulong height, uint round, SignStep step) => refusal switch
    {
        SignRefusal.Earlier => $"height {height} round {round} {step} lies before the last signature at height {file.Last.Height} round {file.Last.Round} {file.Last.Step}",
        SignRefusal.Another => $"another message was signed at height {height} round {round} {step}",
        _ => $"height {height} round {round}: another block was precommitted in round {file.Last.Lock.Round}, and the prevote names no later proof of lock",
    };
}
