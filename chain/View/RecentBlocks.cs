using Dsdn.Chain.Execution;

namespace Dsdn.Chain.View;

/// <summary>
/// The newest blocks as they were executed, in a ring; bounded by their transactions, because full blocks are large.
/// One writer, any number of readers.
/// </summary>
internal sealed class RecentBlocks
{
    private const int BlocksMax = 1_024;
    private const long TransactionsMax = 100_000;

    private readonly BlockData?[] _ring = new BlockData?[BlocksMax];
    private ulong _oldest;
    private long _transactions;

    public RecentBlocks(BlockData first)
    {
        _oldest = first.Block.Header.Number;
        _transactions = first.Block.Transactions.Count;
        _ring[Slot(_oldest)] = first;
    }

    public BlockData? Find(ulong number)
    {
        BlockData? data = Volatile.Read(ref _ring[Slot(number)]);
        return data is not null && data.Block.Header.Number == number ? data : null;
    }

    /// <param name="data">The block after the last that was added.</param>
    public void Add(BlockData data)
    {
        ulong number = data.Block.Header.Number;
        _transactions += data.Block.Transactions.Count;
        while (number - _oldest >= BlocksMax || (_transactions > TransactionsMax && _oldest < number))
        {
            ref BlockData? slot = ref _ring[Slot(_oldest++)];
            _transactions -= slot?.Block.Transactions.Count ?? 0;
            Volatile.Write(ref slot, null);
        }
        Volatile.Write(ref _ring[Slot(number)], data);
    }

    private static int Slot(ulong number) => (int)(number % BlocksMax);
}
