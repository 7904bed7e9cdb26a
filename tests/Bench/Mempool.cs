using System.Diagnostics;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;
using Dsdn.Chain.Trie;

namespace Dsdn.Bench;

/// <summary>
/// What a transfer costs before and after its execution, one thread: decoding, the pool at 200,000 pooled, both roots of a
/// block of 20,000. Each figure is the median of several rounds after a warm-up.
/// </summary>
public static class MempoolBench
{
    private const ulong ChainId = 17847;
    private const int Pooled = 200_000;
    private const int BlockTransactions = 20_000;
    private const int Rounds = 5;
    private const int WarmUpRounds = 2;

    private static readonly PoolOptions Options = PoolOptions.Default with
    {
        TransactionsMax = 2 * Pooled, BytesMax = 1L << 30, PendingPerSenderMax = Pooled, QueuedPerSenderMax = Pooled,
    };

    public static void Run(TextWriter output)
    {
        foreach (int senders in (int[])[400, Pooled])
        {
            Transaction[] transactions = Transfers(senders);
            string shape = $"{Pooled / senders} a sender, {Pooled} pooled";
            Measure(output, shape, transactions);
            if (senders == 400) Codecs(output, transactions.AsSpan(0, BlockTransactions).ToArray());
        }
    }

    private static void Measure(TextWriter output, string shape, Transaction[] transactions)
    {
        var rich = new Account(0, Amount.Nusa(1_000_000));
        List<double> inserts = [], selects = [], commits = [];
        for (int round = 0; round < Rounds + WarmUpRounds; round++)
        {
            var pool = new TransactionPool(Options, new TransactionBounds(ChainId, 1_200_000_000), Amount.Gwei(1));
            foreach (Transaction transaction in transactions.AsSpan(0, Pooled - BlockTransactions)) Take(pool, transaction, rich);
            inserts.Add(Micros(() =>
            {
                foreach (Transaction transaction in transactions.AsSpan(Pooled - BlockTransactions)) Take(pool, transaction, rich);
            }));
            IReadOnlyList<Transaction> block = [];
            selects.Add(Micros(() => block = pool.Candidates(Amount.Gwei(1), BlockTransactions, int.MaxValue)));
            if (block.Count != BlockTransactions) throw new InvalidOperationException($"{block.Count} were selected");
            KeyValuePair<Address, Account>[] changed = Changes(block);
            commits.Add(Micros(() => pool.OnBlock(changed, Amount.Gwei(1))));
            if (pool.Count != Pooled - BlockTransactions) throw new InvalidOperationException($"{pool.Count} are left");
        }
        new Figure("mempool.insert", Median(inserts), "us/tx", Note: shape).Print(output);
        new Figure("mempool.select", Median(selects), "us/tx", Note: $"{BlockTransactions} for a block, {shape}").Print(output);
        new Figure("mempool.commit", Median(commits), "us/tx", Note: $"{BlockTransactions} included, {shape}").Print(output);
    }

    private static void Codecs(TextWriter output, Transaction[] block)
    {
        var receipts = new Receipt[block.Length];
        for (int i = 0; i < receipts.Length; i++) receipts[i] = new Receipt(TransactionType.DynamicFee, true, 21_000, 21_000 * ((ulong)i + 1), Bloom.Empty, []);
        List<double> decode = [], transactionsRoot = [], receiptsRoot = [];
        for (int round = 0; round < Rounds + WarmUpRounds; round++)
        {
            decode.Add(Micros(() =>
            {
                foreach (Transaction transaction in block)
                    if (!TransactionCodec.TryDecode(transaction.Raw, out _, out TransactionError? error)) throw new InvalidOperationException(error.Message);
            }));
            transactionsRoot.Add(Micros(() => OrderedTrie.TransactionsRoot(block)));
            receiptsRoot.Add(Micros(() => OrderedTrie.ReceiptsRoot(receipts)));
        }
        new Figure("transaction.decodeAndHash", Median(decode), "us/tx", Note: "EIP-1559 transfer").Print(output);
        new Figure("block.transactionsRoot", Median(transactionsRoot), "us/tx", Note: $"{BlockTransactions} transfers").Print(output);
        new Figure("block.receiptsRoot", Median(receiptsRoot), "us/tx", Note: $"{BlockTransactions} receipts").Print(output);
    }

    private static void Take(TransactionPool pool, Transaction transaction, in Account account)
    {
        if (pool.Add(transaction, account, nowMs: 1).Rejection is { } rejection) throw new InvalidOperationException(rejection.Message);
    }

    /// <summary>Well-formed transfers with made-up signatures: the pool does not look at them, and signing would take longer than all else.</summary>
    private static Transaction[] Transfers(int senders)
    {
        var addresses = new Address[senders];
        for (int i = 0; i < senders; i++) addresses[i] = new Address(Keccak.Hash(BitConverter.GetBytes(i)).Span[12..]);
        var transactions = new Transaction[Pooled];
        for (int i = 0; i < Pooled; i++)
        {
            Uint256 random = Uint256.FromBigEndian(Keccak.Hash(BitConverter.GetBytes(~i)).Span);
            transactions[i] = new TransactionDraft
            {
                Type = TransactionType.DynamicFee, ChainId = ChainId, Nonce = (ulong)(i / senders), MaxFeePerGas = Amount.Gwei(5).BaseUnits,
                MaxPriorityFeePerGas = Amount.Gwei(1).BaseUnits + (UInt128)(i % 97), GasLimit = 21_000, To = addresses[(i * 7) % senders], Value = 1UL,
            }.WithSignature(random, random, 0);
            transactions[i].Sender = addresses[i % senders];
        }
        return transactions;
    }

    private static KeyValuePair<Address, Account>[] Changes(IReadOnlyList<Transaction> block)
    {
        SortedDictionary<Address, Account> changed = [];
        foreach (Transaction transaction in block)
        {
            changed[transaction.Sender] = new Account(transaction.Nonce + 1, Amount.Nusa(1_000_000));
            if (transaction.To is { } to) changed.TryAdd(to, new Account(0, Amount.Nusa(1_000_000)));
        }
        return [.. changed];
    }

    private static double Micros(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / BlockTransactions;
    }

    private static double Median(List<double> rounds) => rounds.Skip(WarmUpRounds).Order().ElementAt(Rounds / 2);
}
