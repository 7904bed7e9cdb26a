using Dsdn.Chain.Blocks;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>What this node heard while a height was decided.</summary>
internal static class VoteMethods
{
    /// <summary>
    /// (height) to {height, votes: [{kind, round, blockHash, polRound, voter, signature}]}: votes of all rounds, those of one that
    /// voted twice too. A blockHash of zeros is nil, a polRound of null none. null where this node keeps none of that height.
    /// </summary>
    public static RpcError? Votes(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        ulong height = args.Number();
        if (args.End() is { } error) return error;
        if (context.Node.Hooks.Votes?.Invoke(height) is not { } votes)
        {
            reply.Raw("null"u8);
            return null;
        }
        reply.Raw("{\"height\":"u8);
        reply.Quantity(height);
        reply.Raw(",\"votes\":["u8);
        for (int i = 0; i < votes.Count; i++) Write(reply, votes[i], i == 0);
        reply.Raw("]}"u8);
        return null;
    }

    /// <summary>
    /// (an encoded item of evidence) to its hash: it goes to the node's pool if it holds, and on to others. What became of it is
    /// told by blocks (Slashing.punishment) and the node's log.
    /// </summary>
    public static RpcError? SubmitEvidence(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        byte[] bytes = args.Bytes();
        if (args.End() is { } error) return error;
        if (!EvidenceCodec.TryDecode(bytes, out EvidenceItem? item)) return RpcError.InvalidArgument(0, "not one item of evidence");
        if (context.Node.Hooks.SubmitEvidence?.Invoke(item) is not true) return RpcError.Server("the node takes no evidence now");
        reply.Hex(item.Id);
        return null;
    }

    private static void Write(ReplyWriter reply, SignedVote vote, bool isFirst)
    {
        reply.Raw(isFirst ? "{\"kind\":"u8 : ",{\"kind\":"u8);
        reply.Raw(vote.Kind == VoteKind.Prevote ? "\"prevote\""u8 : "\"precommit\""u8);
        reply.Raw(",\"round\":"u8);
        reply.Quantity(vote.Round);
        reply.Raw(",\"blockHash\":"u8);
        reply.Hex(vote.BlockHash);
        reply.Raw(",\"polRound\":"u8);
        if (vote.PolRound < 0) reply.Raw("null"u8);
        else reply.Quantity((ulong)vote.PolRound);
        reply.Raw(",\"voter\":"u8);
        reply.Hex(vote.Voter);
        reply.Raw(",\"signature\":"u8);
        reply.Hex(vote.Signature.Span);
        reply.Byte((byte)'}');
    }
}
