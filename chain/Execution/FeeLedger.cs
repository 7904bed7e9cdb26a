using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Execution;

/// <summary>
/// Fees earned by coinbase and fee pool but not yet in the overlay. Nearly every transaction of a block pays the same two
/// accounts; writing them once is exact as long as nobody could have looked: the executor settles before a transaction
/// that names one of the two, before any module call or hook, and at the end of the block.
/// </summary>
internal sealed class FeeLedger(StateOverlay state, Address coinbase, Address feePool)
{
    private Amount _tips;
    private Amount _baseFees;

    public bool Concerns(in Address address) => address == coinbase || address == feePool;

    public void Earn(Amount tip, Amount baseFee)
    {
        _tips += tip;
        _baseFees += baseFee;
    }

    public void Settle()
    {
        Credit(coinbase, ref _tips);
        Credit(feePool, ref _baseFees);
    }

    private void Credit(in Address address, ref Amount amount)
    {
        if (amount.IsZero) return;
        state.TryGetAccount(address, out Account account);
        state.SetAccount(address, account with { Balance = account.Balance + amount });
        amount = Amount.Zero;
    }
}
