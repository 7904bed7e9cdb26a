using Dsdn.Chain.Execution;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Tests.Transactions;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Mempool;

/// <summary>A pool and the accounts behind it, driven as a node's shell would.</summary>
public sealed class PoolFixture
{
    private readonly SortedDictionary<Address, Account> _accounts = [];

    public PoolFixture(PoolOptions? options = null) =>
        Pool = new TransactionPool(options ?? PoolOptions.Default, new TransactionBounds(Signed.ChainId, 30_000_000), BaseFee);

    public static Amount BaseFee => Amount.Gwei(1);

    public TransactionPool Pool { get; }

    public ulong NowMs { get; set; } = 1_700_000_000_000;

    public void Fund(Address address, Amount balance, ulong nonce = 0) => _accounts[address] = new Account(nonce, balance);

    public Account AccountOf(Address address) =>
        _accounts.TryGetValue(address, out Account account) ? account : new Account(0, Amount.Nusa(10_000));

    public PoolResult Add(Transaction transaction) => Pool.Add(transaction, AccountOf(transaction.Sender), NowMs);

    public Transaction Taken(Transaction transaction)
    {
        PoolRejection? rejection = Add(transaction).Rejection;
        Assert.True(rejection is null, rejection?.Message);
        return transaction;
    }

    public string? Refusal(Transaction transaction)
    {
        int before = Pool.Count;
        string? message = Add(transaction).Rejection?.Message;
        if (message is not null) Assert.Equal(before, Pool.Count);
        return message;
    }

    public Transaction[] InBlockOrder(Amount? baseFee = null)
    {
        List<Transaction> order = [];
        PoolSelection selection = Pool.Select(baseFee ?? BaseFee);
        while (selection.TryNext(out Transaction? transaction)) order.Add(transaction!);
        return [.. order];
    }

    /// <summary>Includes the transactions: nonces rise, 21,000 gas at the fee cap and the value are taken.</summary>
    public void Include(params Transaction[] transactions)
    {
        SortedDictionary<Address, Account> changed = [];
        foreach (Transaction transaction in transactions)
        {
            Account account = changed.TryGetValue(transaction.Sender, out Account seen) ? seen : AccountOf(transaction.Sender);
            Assert.Equal(account.Nonce, transaction.Nonce);
            Assert.True(TransactionCost.TryUpfront(transaction, out Uint256 cost));
            changed[transaction.Sender] = new Account(account.Nonce + 1, account.Balance - new Amount(cost.ToUInt128()));
        }
        foreach ((Address address, Account account) in changed) _accounts[address] = account;
        Pool.OnBlock([.. changed], BaseFee);
    }

    public void Change(Address address, Amount balance, ulong nonce)
    {
        Fund(address, balance, nonce);
        Pool.OnBlock([KeyValuePair.Create(address, AccountOf(address))], BaseFee);
    }
}
