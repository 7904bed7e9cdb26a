using Dsdn.Grpc;
using Dsdn.Log.State;
using Dsdn.Node.Following;
using Dsdn.Services;

namespace Dsdn.StorageNode.Serving;

/// <summary>The log as a storage node knows it.</summary>
internal sealed class NodeLog(LogFollowing log)
{
    public ulong Seq => log.Status.Seq;

    public T Ask<T>(Func<LogState, T> question) => log.Ask(question);

    /// <summary>Returns when the batch is applied.</summary>
    public Task ReachAsync(ulong seq, CancellationToken cancel) => log.WaitAsync(seq, cancel);

    /// <summary>Waits a moment for a batch that the caller knows of (dataplane 1.16).</summary>
    /// <exception cref="GrpcException"><see cref="ServiceCodes.Behind"/> with both numbers</exception>
    public async Task WaitAsync(ulong minSeq, CancellationToken cancel)
    {
        if (Seq >= minSeq) return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(ServiceCodes.BehindWait);
        try
        {
            while (Seq < minSeq) await log.WaitAsync(minSeq, patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw ServiceCodes.RefuseBehind(Seq, minSeq);
        }
    }
}
