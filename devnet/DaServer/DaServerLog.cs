using Microsoft.Extensions.Logging;

namespace Dsdn.DaServer;

/// <summary>What the server says; never a token or a key.</summary>
internal static partial class DaServerLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "serving at {Endpoint} chain {ChainId} height {Height} version {Version}")]
    public static partial void Serving(ILogger logger, Uri endpoint, string chainId, ulong height, string version);

    [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "block {Height} blobs {Blobs} took {Milliseconds} ms")]
    public static partial void BlockMade(ILogger logger, ulong height, int blobs, long milliseconds);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "the block could not be written")]
    public static partial void BlockNotWritten(ILogger logger, Exception failure);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "the end of the last file was cut away: {Bytes} bytes of a block that was not finished")]
    public static partial void Cut(ILogger logger, long bytes);

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "faults now: {Faults}")]
    public static partial void FaultsNow(ILogger logger, string faults);

    [LoggerMessage(EventId = 6, Level = LogLevel.Error, Message = "{Method} failed")]
    public static partial void MethodFailed(ILogger logger, string method, Exception failure);

    [LoggerMessage(EventId = 7, Level = LogLevel.Critical, Message = "no more blocks are made")]
    public static partial void ProducerEnded(ILogger logger, Exception failure);

    [LoggerMessage(EventId = 8, Level = LogLevel.Warning, Message = "the port is closed for {Milliseconds} ms")]
    public static partial void PortClosed(ILogger logger, long milliseconds);
}
