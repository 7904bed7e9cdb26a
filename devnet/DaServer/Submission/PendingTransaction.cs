using Dsdn.Celestia.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.DaServer.Submission;

/// <summary>How a transaction ended.</summary>
internal enum TransactionEnd : byte
{
    InBlock,
    Evicted,
    Stopped,
}

/// <param name="Bytes">The BlobTx.</param>
/// <param name="Hash">Of the paying transaction, in upper-case hexadecimal.</param>
/// <param name="Signer">Its number in the keyring.</param>
/// <param name="Payer">The number of the account whose balance falls.</param>
/// <param name="Since">The head when it came.</param>
internal sealed record PendingTransaction(
    byte[] Bytes, BlobTransaction Transaction, IReadOnlyList<Hash256> Commitments, string Hash, int Signer, int Payer, ulong Sequence, ulong Gas, UInt128 FeeUtia, ulong Since)
{
    private readonly TaskCompletionSource<(TransactionEnd, ulong)> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How it ended, and the height of its block.</summary>
    public Task<(TransactionEnd End, ulong Height)> Ended => _end.Task;

    public void End(TransactionEnd how, ulong height = 0) => _end.TrySetResult((how, height));
}
