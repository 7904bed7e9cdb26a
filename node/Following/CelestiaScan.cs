using Dsdn.Celestia.Proofs;
using Dsdn.CelestiaClient;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Following;

/// <summary>What a scan of Celestia has seen.</summary>
/// <param name="Height">Everything up to here was read, with proofs.</param>
/// <param name="Batches">Blobs that are batches which hold, also those that were here already.</param>
/// <param name="Foreign">Blobs that are none: anybody may write to a namespace.</param>
/// <param name="Unreadable">Heights that no endpoint serves any more. Batches there come from archives.</param>
public sealed record CelestiaScanStatus(ulong Height, ulong Batches, ulong Foreign, ulong Unreadable);

/// <summary>
/// Reads the log's namespace on Celestia, height by height, with proofs that nothing is hidden (rulings 28): the check behind the live sources, and the way on when none of them answers. Where it
/// stands is kept in a small file; a lost one only means reading again.
/// </summary>
/// <param name="celestia">Disposed with this.</param>
/// <param name="cursorFile">The last height that was read.</param>
public sealed class CelestiaScan(CelestiaNode celestia, string cursorFile, ILogger logger) : IAsyncDisposable
{
    private const int PauseMs = 2_000;

    private volatile CelestiaScanStatus _status = new(0, 0, 0, 0);

    public CelestiaScanStatus Status => _status;

    /// <param name="bring">Takes bytes and where they are from; says whether they are a batch that holds.</param>
    public async Task RunAsync(Func<ReadOnlyMemory<byte>, string, Task<bool>> bring, CancellationToken stop)
    {
        ulong read = ReadCursor();
        try
        {
            await foreach (ulong height in celestia.HeightsAsync(read, stop))
            {
                while (!await TryReadAsync(height, bring, stop)) await Task.Delay(PauseMs, stop); // an outage is not an absence: never skipped
                WriteCursor(height);
                _status = _status with { Height = height };
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    public ValueTask DisposeAsync() => celestia.DisposeAsync();

    private async Task<bool> TryReadAsync(ulong height, Func<ReadOnlyMemory<byte>, string, Task<bool>> bring, CancellationToken stop)
    {
        switch (await celestia.ReadAsync(height, celestia.Options.Namespace, stop))
        {
            case NamespaceReading.Unknown { Failure.IsPruned: true }:
                _status = _status with { Unreadable = _status.Unreadable + 1 };
                return true;
            case NamespaceReading.Unknown unknown:
                ScanLog.Unknown(logger, height, unknown.Failure.ToString());
                return false;
            case NamespaceReading.Present present:
                foreach (VerifiedBlob blob in present.Blobs)
                {
                    // What is no envelope of this log is not even offered: the namespace is open to everyone.
                    bool isBatch = BatchEnvelopeCodec.TryDecode(blob.Blob.Data, out _) == LogFault.None && await bring(blob.Blob.Data, "celestia");
                    _status = isBatch ? _status with { Batches = _status.Batches + 1 } : _status with { Foreign = _status.Foreign + 1 };
                }
                return true;
            default:
                return true;
        }
    }

    private ulong ReadCursor() => File.Exists(cursorFile) && ulong.TryParse(File.ReadAllText(cursorFile), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out ulong height) ? height : celestia.Options.Trusted?.Height ?? 0;

    private void WriteCursor(ulong height)
    {
        string unfinished = cursorFile + ".new";
        File.WriteAllText(unfinished, height.ToString(System.Globalization.CultureInfo.InvariantCulture));
        File.Move(unfinished, cursorFile, overwrite: true);
    }
}

internal static partial class ScanLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "celestia height {Height} cannot be read: {Reason}")]
    public static partial void Unknown(ILogger logger, ulong height, string reason);
}
