using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Rpc.Fees;

/// <summary>
/// Suggests a tip as geth's price oracle does: the 60th percentile over the three lowest tips of each of the last 20 blocks;
/// where they hold none, the last suggestion. Computed once a head.
/// </summary>
internal sealed class TipOracle(IChainView chain)
{
    private const int BlocksLooked = 20;
    private const int TipsPerBlock = 3;
    private const int Percentile = 60;

    public static readonly Amount First = Amount.Gwei(1);

    /// <summary>geth's ceiling of a suggestion.</summary>
    private static readonly Uint256 Ceiling = Amount.Gwei(500).BaseUnits;

    private Suggestion _last = new(ulong.MaxValue, First.BaseUnits);

    public Uint256 Suggest(ChainHead head)
    {
        Suggestion last = Volatile.Read(ref _last);
        if (last.Head == head.Number) return last.Tip;
        var tips = new List<Uint256>(BlocksLooked * TipsPerBlock);
        ulong oldest = head.Number < BlocksLooked ? 0 : head.Number - BlocksLooked + 1;
        for (ulong number = head.Number; number >= oldest && number > 0; number--)
        {
            if ((number == head.Number ? head.Data : chain.BlockAt(number)) is not { } data) break;
            AddLowest(data.Block.Transactions, data.Block.Header.BaseFeePerGas, tips);
        }
        Uint256 tip = last.Tip;
        if (tips.Count > 0)
        {
            tips.Sort();
            tip = tips[(tips.Count - 1) * Percentile / 100];
        }
        if (tip > Ceiling) tip = Ceiling;
        Volatile.Write(ref _last, new Suggestion(head.Number, tip));
        return tip;
    }

    private static void AddLowest(IReadOnlyList<Transaction> transactions, Amount baseFee, List<Uint256> tips)
    {
        Span<Uint256> lowest = stackalloc Uint256[TipsPerBlock];
        int count = 0;
        for (int i = 0; i < transactions.Count; i++)
        {
            if (transactions[i].Type == TransactionType.System) continue;
            Uint256 tip = EffectivePrice.Tip(transactions[i], baseFee);
            if (tip.IsZero) continue; // geth ignores prices below its own floor
            int place = count;
            while (place > 0 && lowest[place - 1] > tip) place--;
            if (place == TipsPerBlock) continue;
            for (int j = Math.Min(count, TipsPerBlock - 1); j > place; j--) lowest[j] = lowest[j - 1];
            lowest[place] = tip;
            if (count < TipsPerBlock) count++;
        }
        for (int i = 0; i < count; i++) tips.Add(lowest[i]);
    }

    private sealed record Suggestion(ulong Head, Uint256 Tip);
}
