using Dsdn.Celestia.Shares;

namespace Dsdn.Celestia.Fees;

/// <summary>What publishing blobs costs. The gas is a formula, is not simulated, and what is not used is not given back.</summary>
public static class BlobGas
{
    public const ulong PerBlobByte = 8;
    public const ulong PerTransactionByte = 10;
    public const ulong FixedGas = 75_000;

    /// <summary>Bytes of a transaction that one more blob adds.</summary>
    public const ulong TransactionBytesPerBlob = 70;

    /// <summary>On top for the first transaction of an account.</summary>
    public const ulong FirstTransactionGas = 10_000;

    /// <summary>The gas of one transaction that pays for blobs of these numbers of shares.</summary>
    public static ulong Of(IReadOnlyList<int> shareCounts)
    {
        ulong shares = 0;
        foreach (int count in shareCounts) shares += (ulong)count;
        return (shares * ShareFormat.Bytes * PerBlobByte) + (PerTransactionByte * TransactionBytesPerBlob * (ulong)shareCounts.Count) + FixedGas;
    }

    /// <summary>In utia, rounded up.</summary>
    public static UInt128 Fee(ulong gas, GasPrice price)
    {
        const ulong NanoPerUtia = 1_000_000_000;
        return (((UInt128)gas * price.NanoUtia) + NanoPerUtia - 1) / NanoPerUtia;
    }
}
