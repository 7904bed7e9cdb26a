using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Attestation;

internal static partial class AttestationEvents
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "not attested {Code} batch {Seq} why {Reason}")]
    public static partial void Refused(ILogger logger, string code, ulong seq, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Critical, Message = "the record of attestations could not be written: {Reason}")]
    public static partial void RecordNotWritten(ILogger logger, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "attests nothing {Code} why {Reason}")]
    public static partial void RecordLost(ILogger logger, string code, string reason);
}
