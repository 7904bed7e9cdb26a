using Dsdn.Celestia.Rpc;
using Dsdn.DaServer.Blocks;
using Dsdn.DaServer.Faults;

namespace Dsdn.DaServer.Rpc;

/// <summary>From a height to its block, with the answers of a node that is behind, ahead, pruned, or made to look so.</summary>
internal sealed class HeightGate(Ledger ledger, Horizon horizon, FaultBoard faults, Preset preset)
{
    /// <summary>The head as it is shown, and the head up to which the node has headers, which may be below.</summary>
    public (ulong Network, ulong Local) Heads(string method)
    {
        ulong network = Lagging(faults.Take(FaultKind.HeadLag, method));
        return (network, faults.Take(FaultKind.Syncing, method) is { } syncing ? Math.Min(network, SyncedTo(syncing)) : network);
    }

    public ulong Tail(string method) =>
        faults.Take(FaultKind.BelowTail, method) is { } below ? Math.Min(ledger.Height, (ulong)Math.Max(1, below.Rule.Value ?? (long)ledger.Height)) : horizon.Tail;

    /// <summary>Waits for the next height, as a node does; refuses those above it.</summary>
    /// <param name="needsData">Not only the header.</param>
    public async Task<(ServedBlock? Block, RpcFailure Failure)> BlockAsync(string method, ulong height, bool needsData, CancellationToken cancel)
    {
        if (height == 0) return Failed(ErrorText.HeightZero);
        ActiveFault? lag = faults.Take(FaultKind.HeadLag, method);
        ulong network = Lagging(lag);
        if (height > network + 1) return Failed(ErrorText.Future(network, height));
        if (faults.Take(FaultKind.Syncing, method) is { } syncing && height > SyncedTo(syncing)) return Failed(ErrorText.Behind(SyncedTo(syncing), height));
        ulong tail = Tail(method);
        if (height < tail) return Failed(preset.Version == NodeVersion.V0_16 ? ErrorText.HeaderNotFound : ErrorText.Pruned(height, tail));
        if (height > network) await ledger.WaitAsync(height + LagOf(lag), cancel);
        if (ledger.Find(height) is not { } block) return Failed(ErrorText.HeaderNotFound);
        return needsData && IsOutside(method, block) ? Failed($"share: {ErrorText.OutsideWindow}") : (block, default);
    }

    private bool IsOutside(string method, ServedBlock block) =>
        !horizon.IsDataServed(block) || (faults.Find(FaultKind.OutsideWindow, method) is { } outside && block.Height < (ulong)(outside.Rule.Value ?? long.MaxValue) && faults.Take(FaultKind.OutsideWindow, method) is not null);

    private ulong Lagging(ActiveFault? lag) => Math.Max(1, ledger.Height - Math.Min(ledger.Height, LagOf(lag)));

    private static ulong LagOf(ActiveFault? lag) => lag is null ? 0 : (ulong)(lag.Rule.Value ?? 1);

    private static ulong SyncedTo(ActiveFault syncing) => Math.Max(1, (ulong?)syncing.Rule.Value ?? syncing.SetAtHeight);

    private static (ServedBlock?, RpcFailure) Failed(string message) => (null, RpcFailure.OfMethod(message));
}
