using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Signing;
using Dsdn.Log.Coordination;
using Dsdn.Node.Validation;

namespace Dsdn.Coordinator;

/// <summary>
/// A member's key and what it signed: the votes of rounds in one record, final votes, of which there is one a batch for ever, in another. Both are on disk before a signature
/// is handed out. A committee of one signs for the group with the same key.
/// </summary>
public sealed class MemberSigner(ConsensusKey key, LastSignFile rounds, LastSignFile finals) : IDisposable
{
    private readonly FileVoteSigner _rounds = new(key, rounds);
    private readonly FileVoteSigner _finals = new(key, finals);

    public ReadOnlyMemory<byte> PublicKey => key.PublicKey;

    /// <summary>The last vote of a round.</summary>
    public LastSign Last => _rounds.Last;

    /// <exception cref="DoubleSignException">something else was signed there or later</exception>
    public byte[] SignRound(ulong seq, uint round, SignStep step, ReadOnlySpan<byte> message) => _rounds.Sign(seq, round, step, message);

    /// <summary>The batch as it is kept and sent.</summary>
    /// <exception cref="DoubleSignException">this member gave its final vote for another batch of this seq, or for a later one</exception>
    public BatchEnvelope Seal(BatchValue value, Committee committee)
    {
        if (committee.Members.Count != 1 || !committee.GroupKey.Span.SequenceEqual(key.PublicKey.Span)) throw new InvalidOperationException("a group signature needs the group");
        BatchHeader header = value.Header;
        byte[] voters = new byte[Bitmap.BytesFor(1)];
        voters[0] = 1;
        ReadOnlyMemory<byte>[] votes = [_finals.Sign(header.Seq, 0, SignStep.Precommit, BatchMessages.FinalVote(header))];
        Hash256 coreHash = header.CoreHash, commitHash = BatchMessages.CommitHash(voters, votes);
        byte[] group = key.Sign(BatchMessages.Group(header, coreHash, commitHash));
        return new BatchEnvelope(header, voters, votes, group, key.Sign(BatchMessages.Envelope(coreHash, commitHash, group)), value.Body);
    }

    public void Dispose()
    {
        _rounds.Dispose();
        _finals.Dispose();
    }
}
