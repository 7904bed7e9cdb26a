using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Dsdn.Chain.Accountability;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Proofs;

namespace Dsdn.Cli.Commands;

/// <summary>
/// <c>dsdn verify votes</c>: who broke the rules of consensus at a height, by the votes that nodes kept of it (docs/decisions/0023).
/// The files of several nodes are put together; with those of both sides of a disagreement at least a third is guilty or has to say why not.
/// </summary>
internal static class VerifyVotesCommand
{
    private const int FilesMax = 64;

    public static Command Create(CommandContext context)
    {
        Option<ulong?> at = context.Option<ulong?>("--at", "number");
        Option<string?> also = context.Option<string?>("--also", "file,...");
        Option<bool> submit = context.Option<bool>("--submit");
        var options = new ProofOptions(context);
        return context.Leaf("verify.votes", async (run, cancel) =>
        {
            ProofBundle bundle = await options.ReadAsync(run, async reader =>
            {
                FinalityProof finality = await reader.FinalityAsync(run.Value(at) is { } number ? BlockRef.At(number) : BlockRef.Latest, cancel);
                IReadOnlyList<SignedVote> votes = await reader.VotesAsync(finality.Header.Number, cancel)
                    ?? throw new DsdnException(ErrorCodes.NotFound, ErrorClass.Rejected, string.Create(CultureInfo.InvariantCulture, $"votes {finality.Header.Number}"));
                return new ProofBundle(finality, null, null, null) { Votes = votes };
            }, cancel);
            Report report = options.Check(run, bundle);
            ProofBundle[] all = [bundle, .. Files(run.Value(also)).Select(file => ReadOther(file, bundle.Finality))];
            VoteAuditReport audit = Audit(all);
            Describe(report, audit);
            if (run.Value(submit))
            {
                foreach (EvidenceItem item in audit.Contradictions) await run.Rpc.CallAsync("dsdn_submitEvidence", [JsonValue.Create(Hex.Encode(EvidenceCodec.Encode(item)))], cancel);
                report.Add("submitted", (ulong)audit.Contradictions.Count);
            }
            return options.Describe(run, report, bundle);
        }, [at, also, submit, .. options.All]);
    }

    private static string[] Files(string? list)
    {
        string[] files = list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        return files.Length <= FilesMax ? files : throw new DsdnException(ErrorCodes.ProofInvalid, ErrorClass.Integrity, $"{files.Length} > {FilesMax}");
    }

    /// <summary>Of the same height and voters; the block may be another one, and that is the point.</summary>
    private static ProofBundle ReadOther(string file, FinalityProof first)
    {
        ProofBundle other = ProofBundle.Parse(PrivateFile.ReadText(file, ProofBundle.FileBytesMax));
        if (other.Check() is { } error) throw new DsdnException(error);
        FinalityProof finality = other.Finality;
        bool fits = finality.ChainId == first.ChainId && finality.GenesisHash == first.GenesisHash && finality.Header.Number == first.Header.Number && finality.ValidatorsHash == first.ValidatorsHash;
        return fits ? other : throw new DsdnException(ErrorCodes.ProofInvalid, ErrorClass.Integrity, file);
    }

    private static VoteAuditReport Audit(IReadOnlyList<ProofBundle> bundles)
    {
        FinalityProof finality = bundles[0].Finality;
        SignedVote[] votes = [.. bundles.SelectMany(bundle => VoteList.Of(bundle.Finality.Certificate, bundle.Finality.Validators).Concat(bundle.Votes ?? []))];
        if (votes.Length > VoteAudit.VotesMax) throw new DsdnException(ErrorCodes.ProofInvalid, ErrorClass.Integrity, string.Create(CultureInfo.InvariantCulture, $"{votes.Length} > {VoteAudit.VotesMax}"));
        return VoteAudit.Run(finality.ChainId, finality.GenesisHash, finality.Header.Number, finality.Validators, votes);
    }

    private static void Describe(Report report, VoteAuditReport audit) => report
        .Add("votes", (ulong)audit.Votes)
        .Add("rejectedVotes", (ulong)audit.Rejected)
        .Add("disagreement", audit.IsDisagreement)
        .Add("guiltyPower", Number(audit.GuiltyPower), audit.GuiltyPower.ToString(CultureInfo.InvariantCulture))
        .Add("suspectPower", Number(audit.SuspectPower), audit.SuspectPower.ToString(CultureInfo.InvariantCulture))
        .AddTable("commits", ["round", "hash", "power"], [.. audit.Commits.Select(static commit => (IReadOnlyList<Cell>)[(ulong)commit.Round, commit.Block.ToString(), (ulong)commit.Power])])
        .AddTable("contradictions", ["validator", "kind", "height", "evidence"],
            [.. audit.Contradictions.Select(static item => (IReadOnlyList<Cell>)[item.Accused, item.Kind == EvidenceKind.Amnesia ? "amnesia" : "double-vote", item.Height, item.Id.ToString()])])
        .AddTable("claims", ["validator", "round", "polRound", "hash", "shownPower", "possiblePower", "verdict"],
            [.. audit.Claims.Select(static claim => (IReadOnlyList<Cell>)
                [claim.Voter, (ulong)claim.Round, (ulong)claim.PolRound, claim.Block.ToString(), (ulong)claim.ShownPower, (ulong)claim.PossiblePower, claim.Verdict.ToString().ToLowerInvariant()])]);

    private static JsonNode Number(UInt128 power) => JsonValue.Create((ulong)power);
}
