using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Attestation;

/// <summary>
/// What batches and anchors have in common: a bounded number of open statements by seq, each with the signatures of its epoch's
/// validators. A statement that two thirds signed is handed out once and takes more signatures until it is closed.
/// </summary>
/// <typeparam name="TStatement">What is signed.</typeparam>
/// <typeparam name="TCertificate">It with its signatures.</typeparam>
public abstract class SignatureCollector<TStatement, TCertificate> where TStatement : class where TCertificate : class
{
    public const int OpenMaxDefault = 1_024;

    private readonly ulong _chainId;
    private readonly int _openMax;
    private readonly SortedDictionary<ulong, Open> _open = [];

    private protected SignatureCollector(ulong chainId, int openMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(openMax, 1);
        (_chainId, _openMax) = (chainId, openMax);
    }

    public int OpenCount => _open.Count;

    /// <summary>Collects signatures of this statement from now on. Where the bound is reached, the oldest one that has its quorum (of anchors, the oldest one) is closed for it.</summary>
    /// <param name="set">Of the statement's epoch.</param>
    public OpenOutcome TryOpen(TStatement statement, ValidatorSet set, ulong nowMs)
    {
        Facts facts = FactsOf(statement);
        if (facts.ChainId != _chainId) return OpenOutcome.WrongChain;
        if (BlockHashes.Validators(set) != facts.ValidatorSetHash) return OpenOutcome.WrongSet;
        _open.TryGetValue(facts.Seq, out Open? before);
        if (before is not null)
        {
            if (!IsSameSubject(before.Statement, statement)) return OpenOutcome.Conflict;
            if (before.Signatures.Epoch > facts.Epoch) return OpenOutcome.OlderEpoch;
            if (IdOf(before.Statement) == IdOf(statement)) return OpenOutcome.AlreadyOpen;
        }
        else if (_open.Count >= _openMax && !CloseOldest(facts.Seq))
        {
            return OpenOutcome.TooMany;
        }
        _open[facts.Seq] = new Open(statement, new StatementSignatures(facts.Message, set, facts.Epoch, nowMs), before?.Signatures);
        return before is null ? OpenOutcome.Opened : OpenOutcome.Replaced;
    }

    /// <param name="validatorIndex">In the set of the statement's epoch.</param>
    /// <param name="signature">64 bytes; copied.</param>
    public CollectResult<TCertificate> Add(ulong seq, int validatorIndex, ReadOnlyMemory<byte> signature, ulong nowMs)
    {
        if (!_open.TryGetValue(seq, out Open? open)) return new(CollectOutcome.NotOpen, null);
        bool wasComplete = open.Signatures.IsComplete;
        CollectOutcome outcome = open.Signatures.Add(validatorIndex, signature);
        if (outcome is CollectOutcome.BadSignature or CollectOutcome.UnknownValidator && open.Before?.IsSignedBy(validatorIndex, signature) == true) outcome = CollectOutcome.Superseded;
        if (outcome == CollectOutcome.Counted) Answered(open.Signatures.Set.Validators[validatorIndex].ConsensusKey, nowMs);
        return new(outcome, !wasComplete && open.Signatures.IsComplete ? Certify(open) : null);
    }

    /// <summary>With all signatures so far; null where the seq is not open or has no quorum.</summary>
    public TCertificate? Of(ulong seq) => _open.TryGetValue(seq, out Open? open) && open.Signatures.IsComplete ? Certify(open) : null;

    /// <summary>Takes no more signatures of this seq. Gives the certificate with all there are; null where there is no quorum.</summary>
    public TCertificate? Close(ulong seq)
    {
        TCertificate? certificate = Of(seq);
        _open.Remove(seq);
        return certificate;
    }

    /// <summary>Closes every seq up to this one.</summary>
    public void CloseUpTo(ulong seq)
    {
        while (_open.Count > 0 && _open.First().Key <= seq) _open.Remove(_open.First().Key);
    }

    /// <summary>How far each open statement is, by seq.</summary>
    public IReadOnlyList<OpenStatement> Progress() => [.. _open.Select(static open => open.Value.Signatures.Describe(open.Key))];

    /// <summary>Whether one that has no quorum yet may be closed for a newer one.</summary>
    private protected virtual bool OnlyNewestMatters => false;

    private protected abstract Facts FactsOf(TStatement statement);

    private protected abstract Hash256 IdOf(TStatement statement);

    /// <summary>Whether both say the same of the batch, whatever the epoch.</summary>
    private protected abstract bool IsSameSubject(TStatement one, TStatement other);

    private protected abstract TCertificate Certificate(TStatement statement, ReadOnlyMemory<byte> signers, IReadOnlyList<ReadOnlyMemory<byte>> signatures);

    /// <summary>A validator's signature was right.</summary>
    private protected virtual void Answered(ReadOnlyMemory<byte> consensusKey, ulong nowMs)
    {
    }

    private TCertificate Certify(Open open)
    {
        (ReadOnlyMemory<byte> signers, IReadOnlyList<ReadOnlyMemory<byte>> signatures) = open.Signatures.Certify();
        return Certificate(open.Statement, signers, signatures);
    }

    private bool CloseOldest(ulong forSeq)
    {
        foreach ((ulong seq, Open open) in _open)
        {
            if (!open.Signatures.IsComplete && !(OnlyNewestMatters && seq < forSeq)) continue;
            _open.Remove(seq);
            return true;
        }
        return false;
    }

    /// <param name="Message">What validators sign.</param>
    private protected readonly record struct Facts(ulong ChainId, ulong Epoch, Hash256 ValidatorSetHash, ulong Seq, byte[] Message);

    /// <param name="Before">Signatures of the statement that this one replaced: who sends one of them is late, not wrong.</param>
    private sealed record Open(TStatement Statement, StatementSignatures Signatures, StatementSignatures? Before);
}
