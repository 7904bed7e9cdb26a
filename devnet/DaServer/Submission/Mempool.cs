using System.Security.Cryptography;
using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.Celestia.Squares;
using Dsdn.Celestia.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.DaServer.Accounts;
using Dsdn.DaServer.Blocks;

namespace Dsdn.DaServer.Submission;

/// <summary>
/// Transactions on their way into a block: signed with the next sequence of their account, checked as the chain checks them, in the order they came.
/// Safe from every thread.
/// </summary>
internal sealed class Mempool(Ledger ledger, IReadOnlyList<AccountKey> keyring, string chainId, Preset preset)
{
    public const int TransactionsMax = 5_000;
    public const long BytesMax = 256L * 1024 * 1024;

    /// <summary>Blocks after which a transaction that is in none is given up (celestia-app).</summary>
    public const ulong LifetimeBlocks = 36;

    private readonly Lock _lock = new();
    private readonly List<PendingTransaction> _pending = [];
    private readonly AccountState[] _next = [.. ledger.Accounts];
    private long _bytes;

    public int Count
    {
        get
        {
            lock (_lock) return _pending.Count;
        }
    }

    /// <summary>The account of a name or an address in the keyring; -1 where it is not there.</summary>
    public int Find(string name, string address)
    {
        for (int i = 0; i < keyring.Count; i++)
            if (address.Length > 0 ? keyring[i].Address == address : name.Length == 0 || keyring[i].Name == name) return i;
        return -1;
    }

    /// <summary>Signs a transaction with the account's next sequence.</summary>
    /// <param name="enters">Whether it is to wait for a block; otherwise it is made and checked only.</param>
    /// <param name="transaction">Made in every case.</param>
    public Refusal? Add(IReadOnlyList<(Blob Blob, Hash256 Commitment)> blobs, int signer, int payer, GasPrice price, ulong gasLimit, bool enters, out PendingTransaction transaction)
    {
        lock (_lock)
        {
            AccountKey key = keyring[signer];
            ulong sequence = _next[signer].Sequence;
            ulong needed = BlobGas.Of([.. blobs.Select(static entry => entry.Blob.ShareCount)]) + (sequence == 0 ? BlobGas.FirstTransactionGas : 0);
            ulong gas = gasLimit != 0 ? gasLimit : needed;
            UInt128 fee = BlobGas.Fee(gas, price);
            byte[] payment = PaymentTransaction.Sign(key, (ulong)signer, sequence, chainId, blobs, gas, fee, payer == signer ? null : keyring[payer]);
            BlobTransaction whole = new(payment, [.. blobs.Select(static entry => entry.Blob)]);
            transaction = new PendingTransaction(
                whole.Encode(), whole, [.. blobs.Select(static entry => entry.Commitment)], Convert.ToHexString(SHA256.HashData(payment)), signer, payer, sequence, gas, fee, ledger.Height);
            if (Check(transaction, price, needed) is { } refusal) return refusal;
            if (!enters) return null;
            _pending.Add(transaction);
            _bytes += transaction.Bytes.Length;
            _next[signer] = _next[signer] with { Sequence = sequence + 1 };
            _next[payer] = _next[payer] with { BalanceUtia = _next[payer].BalanceUtia - fee };
            return null;
        }
    }

    /// <summary>The transactions of the next block: in their order, as many as there is room for.</summary>
    public IReadOnlyList<PendingTransaction> Fill(SquareBuilder square)
    {
        List<PendingTransaction> taken = [];
        SortedSet<int> waiting = [];
        long bytes = 0;
        lock (_lock)
        {
            foreach (PendingTransaction transaction in _pending)
            {
                // A sequence must not overtake the one before it.
                if (waiting.Contains(transaction.Signer)) continue;
                if (bytes + transaction.Bytes.Length <= preset.BlockBytesMax && square.TryAdd(transaction.Transaction))
                {
                    bytes += transaction.Bytes.Length;
                    taken.Add(transaction);
                }
                else
                {
                    waiting.Add(transaction.Signer);
                }
            }
        }
        return taken;
    }

    /// <summary>After a block: what is in it leaves, what waited too long is given up.</summary>
    public void Committed(IReadOnlyList<PendingTransaction> included, ulong height)
    {
        List<PendingTransaction> evicted = [];
        lock (_lock)
        {
            HashSet<PendingTransaction> gone = [.. included];
            SortedSet<int> broken = [];
            foreach (PendingTransaction transaction in _pending)
            {
                if (gone.Contains(transaction)) continue;
                // Behind one that is given up, the sequences of its account have a gap.
                if (!broken.Contains(transaction.Signer) && height < transaction.Since + LifetimeBlocks) continue;
                broken.Add(transaction.Signer);
                evicted.Add(transaction);
            }
            gone.UnionWith(evicted);
            _pending.RemoveAll(gone.Contains);
            _bytes = _pending.Sum(static transaction => (long)transaction.Bytes.Length);
            if (evicted.Count > 0) Recount();
        }
        foreach (PendingTransaction transaction in included) transaction.End(TransactionEnd.InBlock, height);
        foreach (PendingTransaction transaction in evicted) transaction.End(TransactionEnd.Evicted);
    }

    /// <summary>Nothing will be in a block any more.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            foreach (PendingTransaction transaction in _pending) transaction.End(TransactionEnd.Stopped);
            _pending.Clear();
        }
    }

    private Refusal? Check(PendingTransaction transaction, GasPrice price, ulong neededGas)
    {
        int size = transaction.Bytes.Length;
        if (preset.TransactionBytesMax is { } most && size > most)
            return new Refusal(ChainCode.TransactionTooLarge, $"tx size {size} bytes is larger than the application's configured MaxTxSize of {most} bytes: {ErrorText.TransactionTooLarge}");
        if (size > preset.BlockBytesMax || !new SquareBuilder(preset.SquareWidthMax).TryAdd(transaction.Transaction))
            return new Refusal(ChainCode.BlobsTooLarge, $"{size} bytes do not fit a square of width {preset.SquareWidthMax}: {ErrorText.BlobsTooLarge}");
        foreach (Blob blob in transaction.Transaction.Blobs)
        {
            if (!blob.Signer.IsEmpty && !blob.Signer.Span.SequenceEqual(keyring[transaction.Signer].AddressBytes))
                return new Refusal(ChainCode.InvalidBlobSigner, $"blob signer is not {keyring[transaction.Signer].Address}: {ErrorText.InvalidBlobSigner}");
        }
        if (transaction.Gas < neededGas) return new Refusal(ChainCode.InsufficientFee, $"not enough gas to pay for blobs (minimum: {neededGas}, got: {transaction.Gas}): {ErrorText.InsufficientFee}");
        if (price.CompareTo(preset.PriceMin) < 0)
            return new Refusal(ChainCode.InsufficientFee, $"{ErrorText.InsufficientGasPrice} for this node; got: {price} required at least: {preset.PriceMin}: {ErrorText.InsufficientFee}");
        UInt128 balance = _next[transaction.Payer].BalanceUtia;
        if (balance < transaction.FeeUtia)
            return new Refusal(ChainCode.InsufficientFunds, $"spendable balance {balance}{PaymentTransaction.Denom} is smaller than {transaction.FeeUtia}{PaymentTransaction.Denom}: {ErrorText.InsufficientFunds}");
        return _pending.Count >= TransactionsMax || _bytes + size > BytesMax
            ? new Refusal(ChainCode.MempoolFull, $"{ErrorText.MempoolFull}: number of txs {_pending.Count} (max: {TransactionsMax}), total txs bytes {_bytes} (max: {BytesMax})")
            : null;
    }

    private void Recount()
    {
        IReadOnlyList<AccountState> committed = ledger.Accounts;
        for (int i = 0; i < _next.Length; i++) _next[i] = committed[i];
        foreach (PendingTransaction transaction in _pending)
        {
            _next[transaction.Signer] = _next[transaction.Signer] with { Sequence = transaction.Sequence + 1 };
            _next[transaction.Payer] = _next[transaction.Payer] with { BalanceUtia = _next[transaction.Payer].BalanceUtia - transaction.FeeUtia };
        }
    }
}
