using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log;

/// <summary>What stands in front of a preimage of the log: length u8 | ASCII <c>DSDN/name/v1</c> (dataplane 2, rulings 5).</summary>
public static class LogTag
{
    private static readonly byte[][] Prefixed = PrefixAll();

    /// <summary>The length byte and the text.</summary>
    public static ReadOnlySpan<byte> Of(LogDomain domain) => Prefixed[(int)domain];

    /// <summary>SHA-256 of the tag and the content.</summary>
    public static Hash256 Hash(LogDomain domain, ReadOnlySpan<byte> content)
    {
        Hash256 digest = default;
        Sha256Batch.Hash(Of(domain), content, content.Length, new Span<Hash256>(ref digest));
        return digest;
    }

    /// <summary>The tag and the content, as they are signed.</summary>
    public static byte[] Message(LogDomain domain, ReadOnlySpan<byte> content) => [.. Of(domain), .. content];

    /// <summary>The text without its length.</summary>
    public static string Text(LogDomain domain) => domain switch
    {
        LogDomain.Event => "DSDN/event/v1",
        LogDomain.Batch => "DSDN/batch/v1",
        LogDomain.Envelope => "DSDN/envelope/v1",
        LogDomain.FinalVote => "DSDN/final/v1",
        LogDomain.CommitteeVote => "DSDN/log-vote/v1",
        LogDomain.Commit => "DSDN/commit/v1",
        LogDomain.GroupBatch => "DSDN/frost-batch/v1",
        LogDomain.GroupHandoff => "DSDN/frost-handoff/v1",
        LogDomain.Committee => "DSDN/committee/v1",
        LogDomain.Attestation => "DSDN/da-attest/v1",
        LogDomain.Certificate => "DSDN/da-certificate/v1",
        LogDomain.EmergencyCopy => "DSDN/da-emergency/v1",
        LogDomain.Anchor => "DSDN/log-anchor/v1",
        LogDomain.StateRoot => "DSDN/log-state/v1",
        LogDomain.Empty => "DSDN/empty/v1",
        LogDomain.Receipt => "DSDN/receipt/v1",
        LogDomain.ReceiptNode => "DSDN/receipt-node/v1",
        LogDomain.StoreAck => "DSDN/upload/v1",
        LogDomain.AttestationAudit => "DSDN/da-audit/v1",
        LogDomain.Placement => "DSDN/place/v1",
        LogDomain.AuditSeed => "DSDN/audit-seed/v1",
        LogDomain.AuditDraw => "DSDN/audit-draw/v1",
        LogDomain.AuditAnswers => "DSDN/audit-answers/v1",
        _ => throw new ArgumentOutOfRangeException(nameof(domain)),
    };

    private static byte[][] PrefixAll()
    {
        LogDomain[] domains = Enum.GetValues<LogDomain>();
        byte[][] tags = new byte[domains.Length][];
        foreach (LogDomain domain in domains)
        {
            byte[] text = Encoding.ASCII.GetBytes(Text(domain));
            tags[(int)domain] = [checked((byte)text.Length), .. text];
        }
        return tags;
    }
}
