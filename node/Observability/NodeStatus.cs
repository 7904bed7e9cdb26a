using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dsdn.Chain.Primitives;

namespace Dsdn.Node.Observability;

/// <summary>Where a node stands among its peers; what dsdn_nodeStatus answers and <c>dsdn node status</c> shows.</summary>
/// <param name="NodeId">The public node key; null where no peers are listened to or dialled.</param>
/// <param name="Listen">host:port for peers; null: it only dials.</param>
/// <param name="Mode">What it does now.</param>
/// <param name="Height">The height it works on: the one after <paramref name="HeadNumber"/>.</param>
/// <param name="Step">The step of that height's round, in lower case: waiting, propose, prevote, precommit, commit.</param>
/// <param name="HighestNumber">The highest block that a peer says it decided; its own head where none says more.</param>
/// <param name="Validator">The operator for whom it votes on this height; null: it does not.</param>
/// <param name="LastSign">Null where this node never signed.</param>
/// <param name="Signing">Null where it has no key.</param>
public sealed record NodeStatus(
    Hash256? NodeId,
    string? Listen,
    NodeMode Mode,
    ulong Height,
    uint Round,
    string Step,
    VotesSeen Votes,
    ulong HeadNumber,
    Hash256 HeadHash,
    ulong HeadTimeMs,
    ulong HighestNumber,
    Address? Validator,
    SignedLast? LastSign,
    SigningStatus? Signing,
    IReadOnlyList<PeerStatus> Peers)
{
    /// <summary>The reply: integers are quantities as everywhere in JSON-RPC, what is unknown is null (docs/operators.md).</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("nodeId", NodeId?.ToString());
            json.WriteString("listen", Listen);
            json.WriteString("mode", ModeName(Mode));
            Quantity(json, "height", Height);
            Quantity(json, "round", Round);
            json.WriteString("step", Step);
            WriteVotes(json);
            WriteHead(json);
            Quantity(json, "highestNumber", HighestNumber);
            json.WriteString("validator", Validator?.ToString());
            WriteLastSign(json);
            WriteSigning(json);
            json.WriteStartArray("peers");
            foreach (PeerStatus peer in Peers) WritePeer(json, peer);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void WriteVotes(Utf8JsonWriter json)
    {
        json.WriteStartObject("votes");
        Quantity(json, "prevotePower", Votes.PrevotePower);
        Quantity(json, "precommitPower", Votes.PrecommitPower);
        Quantity(json, "totalPower", Votes.TotalPower);
        json.WriteEndObject();
    }

    private void WriteHead(Utf8JsonWriter json)
    {
        json.WriteStartObject("head");
        Quantity(json, "number", HeadNumber);
        json.WriteString("hash", HeadHash.ToString());
        Quantity(json, "timeMs", HeadTimeMs);
        json.WriteEndObject();
    }

    private void WriteLastSign(Utf8JsonWriter json)
    {
        if (LastSign is not { } last)
        {
            json.WriteNull("lastSign");
            return;
        }
        json.WriteStartObject("lastSign");
        Quantity(json, "height", last.Height);
        Quantity(json, "round", last.Round);
        json.WriteString("step", last.Step);
        json.WriteEndObject();
    }

    private void WriteSigning(Utf8JsonWriter json)
    {
        if (Signing is not { } signing)
        {
            json.WriteNull("signing");
            return;
        }
        json.WriteStartObject("signing");
        json.WriteString("state", signing.State.ToString().ToLowerInvariant());
        json.WriteString("detail", signing.Detail);
        json.WriteEndObject();
    }

    private void WritePeer(Utf8JsonWriter json, PeerStatus peer)
    {
        json.WriteStartObject();
        json.WriteString("id", peer.Id.ToString());
        json.WriteString("address", peer.Address);
        json.WriteString("direction", peer.IsOutbound ? "out" : "in");
        Quantity(json, "headNumber", peer.HeadNumber);
        // How far it is behind the highest that anybody says.
        Quantity(json, "lag", peer.HeadNumber is { } head ? Math.Max(HighestNumber, HeadNumber) - Math.Min(head, Math.Max(HighestNumber, HeadNumber)) : null);
        Quantity(json, "roundTripUs", peer.RoundTripUs);
        Quantity(json, "bytesIn", peer.BytesIn);
        Quantity(json, "bytesOut", peer.BytesOut);
        Quantity(json, "connectedMs", peer.ConnectedMs);
        json.WriteEndObject();
    }

    private static string ModeName(NodeMode mode) => mode switch
    {
        NodeMode.CatchingUp => "catchingUp",
        NodeMode.Voting => "voting",
        _ => "following",
    };

    private static void Quantity(Utf8JsonWriter json, string name, ulong? value)
    {
        if (value is { } number) json.WriteString(name, "0x" + number.ToString("x", CultureInfo.InvariantCulture));
        else json.WriteNull(name);
    }
}

public enum NodeMode
{
    /// <summary>At the head, without a vote on this height.</summary>
    Following,

    /// <summary>Behind its peers; fetches blocks or a snapshot.</summary>
    CatchingUp,

    /// <summary>At the head, and its key is in the set.</summary>
    Voting,
}

/// <summary>Voting power whose votes of the current round this node has seen, for whatever value.</summary>
public readonly record struct VotesSeen(ulong PrevotePower, ulong PrecommitPower, ulong TotalPower);

/// <param name="Step">proposal, prevote or precommit.</param>
public sealed record SignedLast(ulong Height, uint Round, string Step);

/// <param name="Address">host:port of the other end.</param>
/// <param name="HeadNumber">What it said it decided last; null where it has said nothing yet.</param>
/// <param name="RoundTripUs">Null before the first answer.</param>
public sealed record PeerStatus(Hash256 Id, string Address, bool IsOutbound, ulong? HeadNumber, ulong? RoundTripUs, ulong BytesIn, ulong BytesOut, ulong ConnectedMs);
