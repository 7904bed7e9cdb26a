using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Wal;

/// <summary>Records of the log: rlp([kind, height, fields...]). Kinds are never reused.</summary>
public static class WalCodec
{
    private const int Started = 1, Value = 2, Work = 3, Requested = 4, Timer = 5, Built = 6, ProposalIn = 7, Checked = 8, VoteIn = 9, SignedProposal = 10, SignedVote = 11;
    private const int SignatureBytes = 64;

    public static byte[] Encode(WalRecord record)
    {
        var writer = new RlpWriter(stackalloc byte[512]);
        int list = writer.BeginList();
        Write(ref writer, record);
        writer.EndList(list);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out WalRecord? record)
    {
        record = null;
        var reader = new RlpReader(bytes.Span, inputBytesMax: PeerLimits.ValueBytesMax + 1024);
        if (!reader.TryReadList(out RlpReader fields) || !reader.TryEnd()) return false;
        if (!fields.TryReadUInt64(out ulong kind) || !fields.TryReadUInt64(out ulong height)) return false;
        record = Read(ref fields, (int)Math.Min(kind, int.MaxValue), height);
        return record is not null && fields.TryEnd();
    }

    private static void Write(ref RlpWriter writer, WalRecord record)
    {
        switch (record)
        {
            case WalRecord.HeightStarted started:
                Begin(ref writer, Started, record.Height);
                writer.Write((ulong)started.FirstRound);
                writer.Write(started.WorkWaits ? 1UL : 0);
                writer.Write(started.NowMs);
                break;
            case WalRecord.Value value:
                Begin(ref writer, Value, record.Height);
                writer.Write(value.PartsRoot);
                writer.Write(value.Bytes.Span);
                break;
            case WalRecord.Input input:
                Write(ref writer, record.Height, input.Item);
                break;
            default:
                throw new InvalidOperationException($"unknown record {record.GetType().Name}");
        }
    }

    private static void Write(ref RlpWriter writer, ulong height, CoreInput item)
    {
        switch (item)
        {
            case CoreInput.WorkArrived work:
                Begin(ref writer, Work, height);
                writer.Write(work.NowMs);
                break;
            case CoreInput.ValueRequested requested:
                Begin(ref writer, Requested, height);
                writer.Write(requested.NowMs);
                break;
            case CoreInput.TimerFired fired:
                Begin(ref writer, Timer, height);
                writer.Write((ulong)fired.Timer.Kind);
                writer.Write((ulong)fired.Timer.Round);
                writer.Write(fired.NowMs);
                break;
            case CoreInput.ValueBuilt built:
                Begin(ref writer, Built, height);
                writer.Write((ulong)built.Round);
                writer.Write(built.ValueId);
                writer.Write(built.TimeMs);
                writer.Write(built.PartsRoot);
                writer.Write(built.NowMs);
                break;
            case CoreInput.ProposalArrived arrived:
                Begin(ref writer, ProposalIn, height);
                ProposalCodec.Write(ref writer, arrived.Proposal);
                writer.Write(arrived.NowMs);
                break;
            case CoreInput.ValueChecked verdict:
                Begin(ref writer, Checked, height);
                writer.Write(verdict.ValueId);
                writer.Write(verdict.PartsRoot);
                writer.Write(verdict.TimeMs);
                writer.Write(verdict.IsValid ? 1UL : 0);
                writer.Write(verdict.NowMs);
                break;
            case CoreInput.VoteArrived arrived:
                Begin(ref writer, VoteIn, height);
                VoteCodec.Write(ref writer, arrived.Vote);
                writer.Write(arrived.NowMs);
                break;
            case CoreInput.ProposalSigned signed:
                Begin(ref writer, SignedProposal, height);
                ProposalCodec.Write(ref writer, Signed(signed.Unsigned, signed.Signature));
                writer.Write(signed.Signature is null ? 0UL : 1);
                writer.Write(signed.NowMs);
                break;
            case CoreInput.VoteSigned signed:
                Begin(ref writer, SignedVote, height);
                VoteCodec.Write(ref writer, Signed(signed.Unsigned, signed.Signature));
                writer.Write(signed.Signature is null ? 0UL : 1);
                writer.Write(signed.NowMs);
                break;
            default:
                throw new InvalidOperationException($"{item.GetType().Name} is not logged");
        }
    }

    private static WalRecord? Read(ref RlpReader fields, int kind, ulong height)
    {
        switch (kind)
        {
            case Started:
                fields.TryReadUInt32(out uint firstRound);
                fields.TryReadUInt64(out ulong waits);
                fields.TryReadUInt64(out ulong startMs);
                return new WalRecord.HeightStarted(height, firstRound, waits == 1, startMs);
            case Value:
                fields.TryReadHash(out Hash256 root);
                return fields.TryReadBytes(out ReadOnlySpan<byte> bytes, PeerLimits.ValueBytesMax) ? new WalRecord.Value(height, root, bytes.ToArray()) : null;
            default:
                return ReadInput(ref fields, kind, height) is { } item ? new WalRecord.Input(height, item) : null;
        }
    }

    private static CoreInput? ReadInput(ref RlpReader fields, int kind, ulong height)
    {
        switch (kind)
        {
            case Work:
                return fields.TryReadUInt64(out ulong workMs) ? new CoreInput.WorkArrived(workMs) : null;
            case Requested:
                return fields.TryReadUInt64(out ulong requestMs) ? new CoreInput.ValueRequested(requestMs) : null;
            case Timer:
                fields.TryReadUInt32(out uint timer);
                fields.TryReadUInt32(out uint timerRound);
                return fields.TryReadUInt64(out ulong timerMs) && timer is >= 1 and <= 4
                    ? new CoreInput.TimerFired(new CoreTimer((CoreTimerKind)timer, height, timerRound), timerMs)
                    : null;
            case Built:
                fields.TryReadUInt32(out uint builtRound);
                fields.TryReadHash(out Hash256 builtId);
                fields.TryReadUInt64(out ulong timeMs);
                fields.TryReadHash(out Hash256 builtRoot);
                return fields.TryReadUInt64(out ulong builtMs) ? new CoreInput.ValueBuilt(height, builtRound, builtId, timeMs, builtRoot, builtMs) : null;
            case ProposalIn:
                return ProposalCodec.TryRead(ref fields, out Proposal? proposal) && fields.TryReadUInt64(out ulong proposalMs) ? new CoreInput.ProposalArrived(proposal, proposalMs) : null;
            case Checked:
                fields.TryReadHash(out Hash256 checkedId);
                fields.TryReadHash(out Hash256 checkedRoot);
                fields.TryReadUInt64(out ulong valueMs);
                fields.TryReadUInt64(out ulong valid);
                return fields.TryReadUInt64(out ulong checkedMs) ? new CoreInput.ValueChecked(height, checkedId, checkedRoot, valueMs, valid == 1, checkedMs) : null;
            case VoteIn:
                return VoteCodec.TryRead(ref fields, out Vote? vote) && fields.TryReadUInt64(out ulong voteMs) ? new CoreInput.VoteArrived(vote, voteMs) : null;
            case SignedProposal:
                return ProposalCodec.TryRead(ref fields, out Proposal? ownProposal) && fields.TryReadUInt64(out ulong proposalSigned) && fields.TryReadUInt64(out ulong ownProposalMs)
                    ? new CoreInput.ProposalSigned(ownProposal with { Signature = default }, proposalSigned == 1 ? ownProposal.Signature : (ReadOnlyMemory<byte>?)null, ownProposalMs)
                    : null;
            case SignedVote:
                return VoteCodec.TryRead(ref fields, out Vote? ownVote) && fields.TryReadUInt64(out ulong voteSigned) && fields.TryReadUInt64(out ulong ownVoteMs)
                    ? new CoreInput.VoteSigned(ownVote with { Signature = default }, voteSigned == 1 ? ownVote.Signature : (ReadOnlyMemory<byte>?)null, ownVoteMs)
                    : null;
            default:
                return null;
        }
    }

    private static void Begin(ref RlpWriter writer, int kind, ulong height)
    {
        writer.Write((ulong)kind);
        writer.Write(height);
    }

    /// <summary>A refused signature is recorded as zeros beside a flag.</summary>
    private static Proposal Signed(Proposal unsigned, ReadOnlyMemory<byte>? signature) => unsigned with { Signature = signature ?? new byte[SignatureBytes] };

    private static Vote Signed(Vote unsigned, ReadOnlyMemory<byte>? signature) => unsigned with { Signature = signature ?? new byte[SignatureBytes] };
}
