// Generated from the module's declaration; do not edit.
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Modules.Generated;

/// <summary>The registry of service nodes: class, identity, TLS key, zone, stake and status. Class 0 is Regular, 1 DataCenter.</summary>
public static class NodesClient
{
    public static readonly Address Address = Address.Parse("0x0000000000000000000000000000000000000801");

    private static readonly AbiFunction RegisterFunction = AbiSignature.Function("function register(bytes32 nodeId, bytes proof, uint8 class, uint16 zone, bytes32 tlsFingerprint) payable");

    /// <summary>Registers a node; the value is its stake. The proof is an Ed25519 signature over tag | chain id | operator | node id.</summary>
    public static ModuleCall Register(Amount value, Hash256 nodeId, byte[] proof, ulong @class, ulong zone, Hash256 tlsFingerprint) =>
        new(Address, value, RegisterFunction.EncodeCall(nodeId, proof, @class, zone, tlsFingerprint));

    private static readonly AbiFunction TopUpFunction = AbiSignature.Function("function topUp(bytes32 nodeId) payable");

    /// <summary>Adds stake; a quarantined node with enough of it serves again.</summary>
    public static ModuleCall TopUp(Amount value, Hash256 nodeId) =>
        new(Address, value, TopUpFunction.EncodeCall(nodeId));

    private static readonly AbiFunction UpdateFunction = AbiSignature.Function("function update(bytes32 nodeId, uint16 zone, bytes32 tlsFingerprint)");

    /// <summary>Changes zone and TLS key.</summary>
    public static ModuleCall Update(Hash256 nodeId, ulong zone, Hash256 tlsFingerprint) =>
        new(Address, Amount.Zero, UpdateFunction.EncodeCall(nodeId, zone, tlsFingerprint));

    private static readonly AbiFunction LeaveFunction = AbiSignature.Function("function leave(bytes32 nodeId) returns (uint64 dueMs)");

    /// <summary>The node drains; its stake can be withdrawn after the unbonding time.</summary>
    public static ModuleCall Leave(Hash256 nodeId) =>
        new(Address, Amount.Zero, LeaveFunction.EncodeCall(nodeId));

    private static readonly AbiFunction WithdrawFunction = AbiSignature.Function("function withdraw(bytes32 nodeId) returns (uint256 amount)");

    /// <summary>Pays the stake of a node that has left.</summary>
    public static ModuleCall Withdraw(Hash256 nodeId) =>
        new(Address, Amount.Zero, WithdrawFunction.EncodeCall(nodeId));

    private static readonly AbiFunction ActivateFunction = AbiSignature.Function("function activate(bytes32 nodeId) returns (uint8 status)");

    /// <summary>After a cooldown: Banned becomes Pending, Pending or Quarantined becomes Active.</summary>
    public static ModuleCall Activate(Hash256 nodeId) =>
        new(Address, Amount.Zero, ActivateFunction.EncodeCall(nodeId));

    private static readonly AbiFunction GetNodeFunction = AbiSignature.Function("function getNode(bytes32 nodeId) view returns ((bytes32 nodeId, address operator, uint8 class, uint8 status, uint256 stake, bytes32 tlsFingerprint, uint16 zone, uint64 registeredMs, uint64 statusSinceMs, uint64 exitDueMs, uint64 cooldownUntilMs, uint64 slashes) node)");

    /// <summary>One node.</summary>
    public static ModuleQuery<NodesGetNodeRow> GetNode(Hash256 nodeId) =>
        new(Address, GetNodeFunction, GetNodeFunction.EncodeCall(nodeId), values => new NodesGetNodeRow(values[0].Items[0].Hash, values[0].Items[1].Address, values[0].Items[2].UInt64, values[0].Items[3].UInt64, values[0].Items[4].Word, values[0].Items[5].Hash, values[0].Items[6].UInt64, values[0].Items[7].UInt64, values[0].Items[8].UInt64, values[0].Items[9].UInt64, values[0].Items[10].UInt64, values[0].Items[11].UInt64));

    private static readonly AbiFunction GetStakeFunction = AbiSignature.Function("function getStake(bytes32 nodeId) view returns (uint256 stake)");

    /// <summary>Stake of a node.</summary>
    public static ModuleQuery<Uint256> GetStake(Hash256 nodeId) =>
        new(Address, GetStakeFunction, GetStakeFunction.EncodeCall(nodeId), values => values[0].Word);

    private static readonly AbiFunction GetNodeClassFunction = AbiSignature.Function("function getNodeClass(bytes32 nodeId) view returns (uint8 class)");

    /// <summary>Class of a node.</summary>
    public static ModuleQuery<ulong> GetNodeClass(Hash256 nodeId) =>
        new(Address, GetNodeClassFunction, GetNodeClassFunction.EncodeCall(nodeId), values => values[0].UInt64);

    private static readonly AbiFunction GetSlashingStatusFunction = AbiSignature.Function("function getSlashingStatus(bytes32 nodeId) view returns (bool inCooldown, uint64 cooldownUntilMs, uint64 slashes, uint8 status)");

    /// <summary>Whether a cooldown runs, until when, how often the node was slashed, and its status.</summary>
    public static ModuleQuery<NodesGetSlashingStatusResult> GetSlashingStatus(Hash256 nodeId) =>
        new(Address, GetSlashingStatusFunction, GetSlashingStatusFunction.EncodeCall(nodeId), values => new(values[0].Bool, values[1].UInt64, values[2].UInt64, values[3].UInt64));

    private static readonly AbiFunction CheckSlashingStatusFunction = AbiSignature.Function("function checkSlashingStatus(bytes32 nodeId) view returns (bool inCooldown, uint64 cooldownUntilMs, uint64 slashes, uint8 status)");

    /// <summary>The same as getSlashingStatus.</summary>
    public static ModuleQuery<NodesCheckSlashingStatusResult> CheckSlashingStatus(Hash256 nodeId) =>
        new(Address, CheckSlashingStatusFunction, CheckSlashingStatusFunction.EncodeCall(nodeId), values => new(values[0].Bool, values[1].UInt64, values[2].UInt64, values[3].UInt64));

    private static readonly AbiFunction NodesFunction = AbiSignature.Function("function nodes(bytes32 start, uint64 limit) view returns ((bytes32 nodeId, address operator, uint8 class, uint8 status, uint256 stake, bytes32 tlsFingerprint, uint16 zone, uint64 registeredMs, uint64 statusSinceMs, uint64 exitDueMs, uint64 cooldownUntilMs, uint64 slashes)[] page, bytes32 next)");

    /// <summary>Nodes in order of their id, from start; next is zero at the end. A page may hold fewer rows than asked where nodes have left.</summary>
    public static ModuleQuery<NodesNodesResult> Nodes(Hash256 start, ulong limit) =>
        new(Address, NodesFunction, NodesFunction.EncodeCall(start, limit), values => new(values[0].Items.Select(item => new NodesGetNodeRow(item.Items[0].Hash, item.Items[1].Address, item.Items[2].UInt64, item.Items[3].UInt64, item.Items[4].Word, item.Items[5].Hash, item.Items[6].UInt64, item.Items[7].UInt64, item.Items[8].UInt64, item.Items[9].UInt64, item.Items[10].UInt64, item.Items[11].UInt64)).ToArray(), values[1].Hash));

    private static readonly AbiFunction NodesOfFunction = AbiSignature.Function("function nodesOf(address operator) view returns ((bytes32 nodeId, address operator, uint8 class, uint8 status, uint256 stake, bytes32 tlsFingerprint, uint16 zone, uint64 registeredMs, uint64 statusSinceMs, uint64 exitDueMs, uint64 cooldownUntilMs, uint64 slashes)[] nodes)");

    /// <summary>The nodes of an operator.</summary>
    public static ModuleQuery<NodesGetNodeRow[]> NodesOf(Address @operator) =>
        new(Address, NodesOfFunction, NodesOfFunction.EncodeCall(@operator), values => values[0].Items.Select(item => new NodesGetNodeRow(item.Items[0].Hash, item.Items[1].Address, item.Items[2].UInt64, item.Items[3].UInt64, item.Items[4].Word, item.Items[5].Hash, item.Items[6].UInt64, item.Items[7].UInt64, item.Items[8].UInt64, item.Items[9].UInt64, item.Items[10].UInt64, item.Items[11].UInt64)).ToArray());

    private static readonly AbiFunction FeedFunction = AbiSignature.Function("function feed() view returns (uint64 sequence, bytes32 feed)");

    /// <summary>Number of changes of the registry and the hash chain over them.</summary>
    public static ModuleQuery<NodesFeedResult> Feed() =>
        new(Address, FeedFunction, FeedFunction.EncodeCall(), values => new(values[0].UInt64, values[1].Hash));

    private static readonly AbiFunction TotalStakeFunction = AbiSignature.Function("function totalStake() view returns (uint256 stake)");

    /// <summary>Sum of all nodes' stakes.</summary>
    public static ModuleQuery<Uint256> TotalStake() =>
        new(Address, TotalStakeFunction, TotalStakeFunction.EncodeCall(), values => values[0].Word);

    private static readonly AbiFunction ParamsFunction = AbiSignature.Function("function params() view returns (uint256 regularStakeMin, uint256 dataCenterStakeMin, uint64 unbondingMs, uint64 nodesPerOperatorMax)");

    /// <summary>The parameters in force.</summary>
    public static ModuleQuery<NodesParamsResult> Params() =>
        new(Address, ParamsFunction, ParamsFunction.EncodeCall(), values => new(values[0].Word, values[1].Word, values[2].UInt64, values[3].UInt64));
}

/// <summary>Generated from the declaration of Nodes.</summary>
public sealed record NodesCheckSlashingStatusResult(bool InCooldown, ulong CooldownUntilMs, ulong Slashes, ulong Status);

/// <summary>Generated from the declaration of Nodes.</summary>
public sealed record NodesFeedResult(ulong Sequence, Hash256 Feed);

/// <summary>Generated from the declaration of Nodes.</summary>
public sealed record NodesGetNodeRow(Hash256 NodeId, Address Operator, ulong Class, ulong Status, Uint256 Stake, Hash256 TlsFingerprint, ulong Zone, ulong RegisteredMs, ulong StatusSinceMs, ulong ExitDueMs, ulong CooldownUntilMs, ulong Slashes);

/// <summary>Generated from the declaration of Nodes.</summary>
public sealed record NodesGetSlashingStatusResult(bool InCooldown, ulong CooldownUntilMs, ulong Slashes, ulong Status);

/// <summary>Generated from the declaration of Nodes.</summary>
public sealed record NodesNodesResult(NodesGetNodeRow[] Page, Hash256 Next);

/// <summary>Generated from the declaration of Nodes.</summary>
public sealed record NodesParamsResult(Uint256 RegularStakeMin, Uint256 DataCenterStakeMin, ulong UnbondingMs, ulong NodesPerOperatorMax);
