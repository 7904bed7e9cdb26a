using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Sdk.Proofs;

/// <summary>Votes of one height as JSON-RPC (dsdn_votes) and proof files write them.</summary>
public static class VoteList
{
    public static IReadOnlyList<SignedVote> Read(JsonElement votes, ulong height) => [.. votes.Items().Select(vote => ReadOne(vote, height))];

    public static JsonArray Write(IReadOnlyList<SignedVote> votes) => new([.. votes.Select(static vote => (JsonNode?)new JsonObject
    {
        ["kind"] = vote.Kind == VoteKind.Prevote ? "prevote" : "precommit",
        ["round"] = RpcValue.Quantity(vote.Round),
        ["blockHash"] = vote.BlockHash.ToString(),
        ["polRound"] = vote.PolRound < 0 ? null : RpcValue.Quantity((ulong)vote.PolRound),
        ["voter"] = vote.Voter.ToString(),
        ["signature"] = Hex.Encode(vote.Signature.Span),
    })]);

    /// <summary>The precommits that a certificate is made of. Of a certificate that holds for the set.</summary>
    public static IReadOnlyList<SignedVote> Of(Certificate certificate, ValidatorSet validators)
    {
        List<SignedVote> votes = [];
        for (int i = 0; i < validators.Validators.Count; i++)
        {
            if ((certificate.Signers.Span[i >> 3] >> (i & 7) & 1) == 0) continue;
            votes.Add(new SignedVote(VoteKind.Precommit, certificate.Height, certificate.Round, certificate.BlockHash, -1, validators.Validators[i].Operator, certificate.Signatures[votes.Count]));
        }
        return votes;
    }

    private static SignedVote ReadOne(JsonElement vote, ulong height)
    {
        VoteKind kind = vote.Field("kind") is { ValueKind: JsonValueKind.String } text ? text.GetString() switch { "prevote" => VoteKind.Prevote, "precommit" => VoteKind.Precommit, _ => default } : default;
        ulong round = vote.Field("round").ToUInt64();
        ulong? polRound = vote.OptionalField("polRound")?.ToUInt64();
        if (kind == default || round > int.MaxValue || polRound > int.MaxValue) throw RpcWire.BadReply("vote");
        return new SignedVote(kind, height, (uint)round, vote.Field("blockHash").ToHash(), polRound is { } named ? (int)named : -1, vote.Field("voter").ToAddress(), vote.Field("signature").ToBytes());
    }
}
