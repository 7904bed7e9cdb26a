using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Modules.Nodes;

/// <summary>A service node. A node that left keeps its row without stake, so that its id never serves again.</summary>
internal sealed record NodeRow : IRow<NodeRow>
{
    public static ulong Version => 1;

    public required Address Operator { get; init; }
    public required NodeClass Class { get; init; }
    public required NodeStatus Status { get; init; }
    public required Amount Stake { get; init; }

    /// <summary>SHA-256 of the certificate's SubjectPublicKeyInfo.</summary>
    public required Hash256 TlsFingerprint { get; init; }

    public required ulong Zone { get; init; }
    public required ulong RegisteredMs { get; init; }
    public required ulong StatusSinceMs { get; init; }

    /// <summary>While Leaving: when the stake may be withdrawn. Zero otherwise.</summary>
    public ulong ExitDueMs { get; init; }

    public ulong CooldownUntilMs { get; init; }
    public ulong Slashes { get; init; }

    /// <summary>The node withdrew its stake.</summary>
    public bool HasLeft { get; init; }

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(Operator);
        writer.Write((ulong)Class);
        writer.Write((ulong)Status);
        writer.Write(Stake);
        writer.Write(TlsFingerprint);
        writer.Write(Zone);
        writer.Write(RegisteredMs);
        writer.Write(StatusSinceMs);
        writer.Write(ExitDueMs);
        writer.Write(CooldownUntilMs);
        writer.Write(Slashes);
        writer.Write(HasLeft);
    }

    public static NodeRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadAddress(out Address nodeOperator);
        reader.TryReadUInt64(out ulong nodeClass);
        reader.TryReadUInt64(out ulong status);
        reader.TryReadAmount(out Amount stake);
        reader.TryReadHash(out Hash256 tlsFingerprint);
        reader.TryReadUInt64(out ulong zone);
        reader.TryReadUInt64(out ulong registeredMs);
        reader.TryReadUInt64(out ulong statusSinceMs);
        reader.TryReadUInt64(out ulong exitDueMs);
        reader.TryReadUInt64(out ulong cooldownUntilMs);
        reader.TryReadUInt64(out ulong slashes);
        reader.TryReadBool(out bool hasLeft);
        if (nodeClass > (ulong)NodeClass.DataCenter || status > (ulong)NodeStatus.Leaving) reader.Fail(RlpError.IntegerTooLarge);
        return new NodeRow
        {
            Operator = nodeOperator, Class = (NodeClass)(nodeClass & 0xff), Status = (NodeStatus)(status & 0xff), Stake = stake,
            TlsFingerprint = tlsFingerprint, Zone = zone, RegisteredMs = registeredMs, StatusSinceMs = statusSinceMs, ExitDueMs = exitDueMs,
            CooldownUntilMs = cooldownUntilMs, Slashes = slashes, HasLeft = hasLeft,
        };
    }
}

/// <summary>Every key of the module's state. Ids are never reused.</summary>
internal static class NodesState
{
    public const byte Module = 1;

    public static readonly RecordTable<SingleKey, NodesParams> Params = new(Module, 1, "params", "-", "parameters");

    public static readonly RecordTable<HashKey, NodeRow> Nodes = new(Module, 2, "nodes", "nodeId", "node");

    public static readonly ScalarTable<AddressHashKey> ByOperator = new(Module, RecordKey.ScalarBit | 3, "byOperator", "operator, nodeId", "1");

    public static readonly ScalarTable<AddressKey> Counts = new(Module, RecordKey.ScalarBit | 4, "counts", "operator", "nodes that have not left");

    /// <summary>Sum of all stakes.</summary>
    public static readonly ScalarTable<SingleKey> Staked = new(Module, RecordKey.ScalarBit | 5, "staked", "-", "base units");

    public static readonly ScalarTable<SingleKey> Feed = new(Module, RecordKey.ScalarBit | 6, "feed", "-", "Keccak256(previous feed, record)");

    public static readonly ScalarTable<SingleKey> FeedSequence = new(Module, RecordKey.ScalarBit | 7, "feedSequence", "-", "records in the feed");

    public static readonly IReadOnlyList<TableDeclaration> All = [
        Params.Declaration, Nodes.Declaration, ByOperator.Declaration, Counts.Declaration, Staked.Declaration, Feed.Declaration, FeedSequence.Declaration];

    public static NodesParams ReadParams(ModuleContext context) =>
        Params.Find(context, default) ?? throw new StateCorruptException("the node registry has no genesis");
}
