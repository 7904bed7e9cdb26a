namespace Dsdn.Chain.Transactions;

/// <summary>What a transaction costs before it runs.</summary>
public static class IntrinsicGas
{
    public const ulong Transaction = 21_000;

    /// <summary>EIP-2028.</summary>
    public const ulong ZeroByte = 4;
    public const ulong NonZeroByte = 16;

    /// <summary>EIP-2930.</summary>
    public const ulong AccessListAddress = 2_400;
    public const ulong AccessListSlot = 1_900;

    /// <summary>EIP-2, EIP-3860.</summary>
    public const ulong Creation = 32_000;
    public const ulong InitCodeWord = 2;
    public const int InitCodeBytesMax = 49_152;

    /// <summary>EIP-7623: a zero byte is one token, any other byte four.</summary>
    public const ulong FloorPerToken = 10;

    /// <summary>Charged before execution: base, calldata, access list, creation.</summary>
    public static ulong Standard(Transaction transaction) =>
        Standard(transaction.Data.Span, transaction.AccessList, transaction.To is null);

    /// <inheritdoc cref="Standard(Transactions.Transaction)"/>
    public static ulong Standard(ReadOnlySpan<byte> data, IReadOnlyList<AccessListEntry> accessList, bool isCreation)
    {
        ulong zeros = (ulong)data.Count((byte)0);
        ulong gas = Transaction + (zeros * ZeroByte) + (((ulong)data.Length - zeros) * NonZeroByte);
        for (int i = 0; i < accessList.Count; i++) gas += AccessListAddress + ((ulong)accessList[i].StorageKeys.Count * AccessListSlot);
        return isCreation ? gas + Creation + (((ulong)data.Length + 31) / 32 * InitCodeWord) : gas;
    }

    /// <summary>The least that the transaction pays whatever it does (EIP-7623).</summary>
    public static ulong Floor(ReadOnlySpan<byte> data)
    {
        ulong zeros = (ulong)data.Count((byte)0);
        return Transaction + ((zeros + (((ulong)data.Length - zeros) * 4)) * FloorPerToken);
    }
}
