using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Receipts;

/// <summary>The fields of a receipt in the order of its declaration behind a version byte: 356 bytes.</summary>
public static class ReceiptV1Codec
{
    public const int Bytes = 356;

    public static byte[] Encode(ReceiptV1 receipt) => new LogWriter(Bytes)
        .U8(ReceiptV1.CurrentVersion).U64(receipt.ChainId).U8((byte)receipt.Type).Hash(receipt.WorkloadId).Hash(receipt.AgreementId).Hash(receipt.NodeId)
        .Address(receipt.NodeOperator).Address(receipt.Submitter).U64(receipt.PeriodFrom).U64(receipt.PeriodTo).U8(receipt.ReplicaIndex).U128(receipt.Units)
        .U8(receipt.UnitKind).Hash(receipt.UsageProofHash).Hash(receipt.ExecutionCommitmentHash).U8(receipt.VerificationClass).U32(receipt.WindowSeconds)
        .U64(receipt.Epoch).U64(receipt.LogTimeMs).Hash(receipt.Nullifier).ToArray();

    /// <param name="receipt">Null where it is refused.</param>
    public static LogFault TryDecode(ReadOnlyMemory<byte> bytes, out ReceiptV1? receipt)
    {
        LogReader reader = new(bytes);
        if (reader.U8() != ReceiptV1.CurrentVersion) reader.Fail(LogFault.Version);
        ReceiptV1 read = new()
        {
            ChainId = reader.U64(), Type = (WorkType)reader.U8((byte)WorkType.Bandwidth), WorkloadId = reader.Hash(), AgreementId = reader.Hash(), NodeId = reader.Hash(),
            NodeOperator = reader.Address(), Submitter = reader.Address(), PeriodFrom = reader.U64(), PeriodTo = reader.U64(), ReplicaIndex = reader.U8(),
            Units = reader.U128(), UnitKind = reader.U8(), UsageProofHash = reader.Hash(), ExecutionCommitmentHash = reader.Hash(),
            VerificationClass = reader.U8(), WindowSeconds = reader.U32(), Epoch = reader.U64(), LogTimeMs = reader.U64(), Nullifier = reader.Hash(),
        };
        if (read.Type != WorkType.Compute && !read.ExecutionCommitmentHash.IsZero) reader.Fail(LogFault.Value);
        LogFault fault = reader.End();
        receipt = fault == LogFault.None ? read : null;
        return fault;
    }
}
