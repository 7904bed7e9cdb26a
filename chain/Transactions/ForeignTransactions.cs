using Dsdn.Chain.Codecs.Rlp;

namespace Dsdn.Chain.Transactions;

/// <summary>Names what is wrong with transaction types that this chain does not run, as geth would for the commonest mistakes.</summary>
internal static class ForeignTransactions
{
    private const byte Blob = 0x03;
    private const byte SetCode = 0x04;
    private const int AuthorizationsIndex = 9;

    public static TransactionError Refuse(byte type, ReadOnlySpan<byte> payload)
    {
        if (type is not (Blob or SetCode)) return TransactionError.TypeNotSupported;
        if (!new RlpReader(payload).TryReadList(out RlpReader fields)) return TransactionError.TypeNotSupported;
        return type == Blob ? RefuseBlob(ref fields) : RefuseSetCode(ref fields);
    }

    /// <summary>In the network form of EIP-4844 the first item is the transaction itself, followed by its sidecar.</summary>
    private static TransactionError RefuseBlob(ref RlpReader fields) =>
        fields.AtEnd || fields.NextIsList ? TransactionError.TypeNotSupported : TransactionError.BlobWithoutSidecar;

    /// <summary>EIP-7702: the tenth field lists the authorizations.</summary>
    private static TransactionError RefuseSetCode(ref RlpReader fields)
    {
        for (int i = 0; i < AuthorizationsIndex; i++)
        {
            if (!fields.TryReadEncoded(out _)) return TransactionError.TypeNotSupported;
        }
        return fields.TryReadList(out RlpReader authorizations) && authorizations.AtEnd
            ? TransactionError.NoAuthorizations
            : TransactionError.TypeNotSupported;
    }
}
