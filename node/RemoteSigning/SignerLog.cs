using Microsoft.Extensions.Logging;

namespace Dsdn.Node.RemoteSigning;

internal static partial class SignerLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "not signed {Code} why {Reason}")]
    public static partial void Refused(ILogger logger, string code, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "caller refused {Code} node {Node}")]
    public static partial void CallerRefused(ILogger logger, string code, string node);

    [LoggerMessage(EventId = 3, Level = LogLevel.Critical, Message = "the last-sign record could not be written")]
    public static partial void RecordNotWritten(ILogger logger, Exception error);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "signer {Signer} away why {Reason}")]
    public static partial void Away(ILogger logger, string signer, string reason);

    [LoggerMessage(EventId = 5, Level = LogLevel.Information, Message = "signer {Signer} connected, last signed {Height} / {Round} {Step}")]
    public static partial void Connected(ILogger logger, string signer, ulong height, uint round, string step);
}
