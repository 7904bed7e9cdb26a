using Dsdn.Chain.Blocks;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>A decided block with its receipts (same order as its transactions).</summary>
/// <param name="Size">Bytes of rlp([header, transactions, []]), as Ethereum counts a block.</param>
public sealed record BlockData(Block Block, IReadOnlyList<Receipt> Receipts, ulong Size)
{
    private uint[]? _firstLogs;

    /// <summary>The block-wide index of the first log of the transaction at <paramref name="index"/> (or where it would be).</summary>
    public uint FirstLogIndex(int index)
    {
        uint[] first = _firstLogs ??= CountLogs(); // two readers may both count; the result is the same
        return first[index];
    }

    private uint[] CountLogs()
    {
        uint[] first = new uint[Receipts.Count];
        uint next = 0;
        for (int i = 0; i < first.Length; i++)
        {
            first[i] = next;
            next += (uint)Receipts[i].Logs.Count;
        }
        return first;
    }
}

/// <summary>Everything that "latest" means, in one object: readers take it once and see one consistent version.</summary>
public sealed record ChainHead(BlockData Data, IStateView State)
{
    public Block Block => Data.Block;
    public ulong Number => Data.Block.Header.Number;
}

/// <summary>Where a decided transaction stands.</summary>
public sealed record TransactionLocation(ulong BlockNumber, uint Index);

/// <summary>
/// Logs wanted: any of <paramref name="Addresses"/> (empty = all) and, a position, any of its topics (empty position = any).
/// A filter of n positions matches only logs with at least n topics (geth).
/// </summary>
public sealed record LogFilter(
    ulong FromBlock, ulong ToBlock, IReadOnlyList<Address> Addresses, IReadOnlyList<IReadOnlyList<Hash256>> Topics);

/// <param name="LogIndex">Counted over the whole block.</param>
public sealed record LocatedLog(LogEntry Log, Header Header, Hash256 BlockHash, Hash256 TransactionHash, uint TransactionIndex, uint LogIndex);

/// <summary>An eth_call: fields that are null take geth's defaults.</summary>
public sealed record SimulatedCall(
    Address From, Address? To, Uint256 Value, ReadOnlyMemory<byte> Data, ulong? Gas,
    Uint256? MaxFeePerGas, Uint256? MaxPriorityFeePerGas, IReadOnlyList<AccessListEntry> AccessList);

/// <param name="Rejection">Set where the call could not run at all (balance, fee caps, gas below intrinsic); a JSON-RPC error of the pool's texts.</param>
public sealed record SimulationResult(CallStatus Status, ReadOnlyMemory<byte> ReturnData, ulong GasUsed, IReadOnlyList<LogEntry> Logs, PoolRejection? Rejection);

/// <summary>Why a transaction was not accepted: JSON-RPC code and geth's text (clients match on it), and our stable code.</summary>
public sealed record PoolRejection(int RpcCode, string Message, string Code);

/// <summary>The outcome of a submitted raw transaction.</summary>
public readonly record struct SubmitResult(Hash256 Hash, PoolRejection? Rejection);

/// <summary>Reads and submissions against the transaction pool. Thread-safe.</summary>
public interface IPoolView
{
    /// <summary>Decodes, recovers the sender, checks and inserts, for a whole batch at once; results in the same order.</summary>
    IReadOnlyList<SubmitResult> Submit(IReadOnlyList<ReadOnlyMemory<byte>> rawTransactions);

    Transaction? Find(in Hash256 hash);

    /// <summary>The nonce after the sender's gapless pooled transactions, or the state's where none is pooled.</summary>
    ulong PendingNonce(in Address sender);

    int PendingCount { get; }

    int QueuedCount { get; }

    /// <summary>Executable and gapped transactions by sender, each ascending by nonce.</summary>
    IReadOnlyList<(Address Sender, IReadOnlyList<Transaction> Pending, IReadOnlyList<Transaction> Queued)> Content();
}

/// <summary>Told after the head was swapped (a block), or after the pool took a transaction. Must return at once.</summary>
public interface IChainObserver
{
    void OnHead(ChainHead head);

    void OnPooled(Transaction transaction);
}

/// <summary>A module as its declaration describes it to clients.</summary>
public sealed record ModuleDescription(string Name, Address Address, string AbiJson, string Solidity);

/// <summary>
/// All that JSON-RPC and other readers see of a node. Thread-safe; never blocks the execution thread. Once a receipt is visible
/// here, head, nonce, balance, logs and block agree, because they become visible by one swap of <see cref="Head"/>.
/// </summary>
public interface IChainView
{
    ulong ChainId { get; }

    Hash256 GenesisHash { get; }

    ChainHead Head { get; }

    IPoolView Pool { get; }

    IReadOnlyList<ModuleDescription> Modules { get; }

    /// <summary>Null above the head or where pruned.</summary>
    BlockData? BlockAt(ulong number);

    BlockData? BlockByHash(in Hash256 hash);

    Header? HeaderAt(ulong number);

    TransactionLocation? Locate(in Hash256 transactionHash);

    /// <summary>The certificate of a decided block; null at block 0 and where unknown.</summary>
    Certificate? CertificateAt(ulong number);

    ValidatorSet ValidatorsAt(ulong number);

    /// <summary>What a light client needs of a decided block, also where its body was pruned; null at block 0 and where a part is unknown.</summary>
    LightBlock? LightBlockAt(ulong number);

    ChainParams Parameters { get; }

    /// <exception cref="HistoryUnavailableException">outside the retention window</exception>
    IStateView StateAt(ulong number);

    /// <exception cref="HistoryUnavailableException">outside the proof window</exception>
    AccountProof Prove(ulong number, in Address address, IReadOnlyList<Hash256> slots);

    /// <summary>Logs in chain order, at most <paramref name="limit"/> + 1, so that a caller sees that there are more.</summary>
    IReadOnlyList<LocatedLog> FindLogs(LogFilter filter, int limit);

    /// <summary>Runs a call on an overlay above the given block (null = the pending block: head + pool) and drops it.</summary>
    SimulationResult Simulate(SimulatedCall call, ulong? number);

    /// <summary>The smallest gas limit with which the call succeeds, found by running it; exactly what it needs.</summary>
    SimulationResult Estimate(SimulatedCall call, ulong? number);

    /// <summary>What the next block would be: head plus executable pool transactions, and the state after them; built but never decided.</summary>
    ChainHead Pending();

    /// <summary>The base fee of the block after the head.</summary>
    Amount NextBaseFee { get; }

    void Subscribe(IChainObserver observer);

    void Unsubscribe(IChainObserver observer);
}
