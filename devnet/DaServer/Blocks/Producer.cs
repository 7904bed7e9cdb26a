using System.Diagnostics;
using Dsdn.Celestia.Squares;
using Dsdn.DaServer.Accounts;
using Dsdn.DaServer.Faults;
using Dsdn.DaServer.Storage;
using Dsdn.DaServer.Submission;
using Microsoft.Extensions.Logging;

namespace Dsdn.DaServer.Blocks;

/// <summary>Makes blocks: on the timer, and when asked. A submit is answered when its block is on disk.</summary>
internal sealed class Producer(Ledger ledger, Mempool mempool, HeaderMaker headers, Horizon horizon, FaultBoard faults, Preset preset, TimeProvider clock, ILogger log) : IDisposable
{
    private const ulong BlocksPerPruning = 64;

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>After a block is on disk and can be read.</summary>
    public event Action<ServedBlock>? Made;

    /// <summary>How long the last block took, with its square and its sync.</summary>
    public TimeSpan LastTook { get; private set; }

    /// <summary>Until it is cancelled.</summary>
    /// <param name="blockTimeMs">0: never by itself.</param>
    public async Task RunAsync(int blockTimeMs, CancellationToken cancel)
    {
        try
        {
            if (blockTimeMs == 0) await Task.Delay(Timeout.Infinite, cancel);
            using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(blockTimeMs), clock);
            while (await timer.WaitForNextTickAsync(cancel))
            {
                if (faults.Take(FaultKind.Halt, "") is not null) continue;
                try
                {
                    await ProduceAsync(cancel);
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
                {
                    DaServerLog.BlockNotWritten(log, failure); // a full disk may have room again; submits wait
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    public async Task<ServedBlock> ProduceAsync(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            long begun = Stopwatch.GetTimestamp();
            SquareBuilder builder = new(preset.SquareWidthMax);
            IReadOnlyList<PendingTransaction> taken = mempool.Fill(builder);
            BlockSquare square = taken.Count == 0
                ? BlockSquare.Empty
                : BlockSquare.Build(builder, [.. taken.Select(static transaction => transaction.Transaction)], [.. taken.Select(static transaction => transaction.Commitments)]);
            BlockRecord? last = ledger.Head;
            IReadOnlyList<AccountState> before = ledger.Accounts;
            BlockRecord record = headers.Make(
                last, Now(last), preset.AppVersion, square, [.. taken.Select(static transaction => new RecordedTransaction(transaction.Bytes, transaction.Gas))], before, After(before, taken));
            ServedBlock block = ledger.Append(record, square);
            mempool.Committed(taken, block.Height);
            if (block.Height % BlocksPerPruning == 0) ledger.Prune(horizon.Tail);
            LastTook = Stopwatch.GetElapsedTime(begun);
            DaServerLog.BlockMade(log, block.Height, square.Blobs.Count, (long)LastTook.TotalMilliseconds);
            Made?.Invoke(block);
            return block;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>Later than the block below, whatever the clock says.</summary>
    private ulong Now(BlockRecord? last) => Math.Max((ulong)clock.GetUtcNow().ToUnixTimeMilliseconds(), (last?.TimeMs ?? 0) + 1);

    private static AccountState[] After(IReadOnlyList<AccountState> before, IReadOnlyList<PendingTransaction> taken)
    {
        AccountState[] after = [.. before];
        foreach (PendingTransaction transaction in taken)
        {
            after[transaction.Signer] = after[transaction.Signer] with { Sequence = transaction.Sequence + 1 };
            after[transaction.Payer] = after[transaction.Payer] with { BalanceUtia = after[transaction.Payer].BalanceUtia - transaction.FeeUtia };
        }
        return after;
    }
}
