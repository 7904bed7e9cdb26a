using Dsdn.Chain.Codecs.Rlp;

namespace Dsdn.Chain.Transactions;

/// <summary>Names what is wrong with transaction types that this chain does not run, as geth would for the commonest mistakes.</summary>
internal static class ForeignTransactions
{
    private const byte Blob = 0x03;
    private const byte SetCode = 0x04;
    private const int AuthorizationsIndex = 9;

    public static TransactionFault Refuse(byte type, ReadOnlySpan<byte> payload)
    {
        if (type is not (Blob or SetCode)) return TransactionFault.TypeNotSupported;
        if (!new RlpReader(payload).TryReadList(out RlpReader fields)) return TransactionFault.TypeNotSupported;
        return type == Blob ? RefuseBlob(ref fields) : RefuseSetCode(ref fields);
    }

    /// <summary>In the network form of EIP-4844 the first item is the transaction itself, followed by its sidecar.</summary>
    private static TransactionFault RefuseBlob(ref RlpReader fields) =>
        fields.AtEnd || fields.NextIsList ? TransactionFault.TypeNotSupported : TransactionFault.BlobWithoutSidecar;

    /// <summary>EIP-7702: the tenth field lists the authorizations.</summary>
    private static TransactionFault RefuseSetCode(ref RlpReader fields)
    {
        for (int i = 0; i < AuthorizationsIndex; i++)
        {
            if (!fields.TryReadEncoded(out _)) return TransactionFault.TypeNotSupported;
        }
        return fields.TryReadList(out RlpReader authorizations) && authorizations.AtEnd
            ? TransactionFault.NoAuthorizations
            : TransactionFault.TypeNotSupported;
    }
}
