using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Tests.Transactions;

/// <summary>Transactions for tests, truly signed. Key n is n + 1 as a number.</summary>
public static class Signed
{
    public const ulong ChainId = 17847;

    public static readonly Address Receiver = Address.Parse("0x00000000000000000000000000000000deadbeef");

    public static byte[] Key(int n)
    {
        byte[] key = new byte[Secp256k1.PrivateKeySize];
        key[30] = (byte)((n + 1) >> 8);
        key[31] = unchecked((byte)(n + 1));
        return key;
    }

    public static Address AddressOf(int n)
    {
        Assert.True(Secp256k1.TryAddress(Key(n), out Address address));
        return address;
    }

    public static TransactionDraft Draft(ulong nonce, ulong tipGwei = 1, ulong feeGwei = 5, ulong value = 0, ulong gas = 21_000) => new()
    {
        Type = TransactionType.DynamicFee, ChainId = ChainId, Nonce = nonce, MaxFeePerGas = Amount.Gwei(feeGwei).BaseUnits,
        MaxPriorityFeePerGas = Amount.Gwei(tipGwei).BaseUnits, GasLimit = gas, To = Receiver, Value = value,
    };

    public static Transaction Of(TransactionDraft draft, int key = 0) => draft.Sign(Key(key))!;

    public static Transaction Transfer(int key, ulong nonce, ulong tipGwei = 1, ulong feeGwei = 5, ulong value = 0) =>
        Of(Draft(nonce, tipGwei, feeGwei, value), key);
}
