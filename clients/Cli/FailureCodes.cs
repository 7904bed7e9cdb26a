using Dsdn.Sdk.Errors;

namespace Dsdn.Cli;

/// <summary>The last catch of a command: what is not coded yet gets a code here, so that no exception text reaches a user as such.</summary>
internal static class FailureCodes
{
    public const string Cancelled = "DSDN-E-CANCELLED";

    public static ClientError From(Exception failure, CancellationToken cancel) => failure switch
    {
        DsdnException coded => coded.Error,
        OperationCanceledException when cancel.IsCancellationRequested => ClientError.Of(Cancelled, ErrorClass.Rejected),
        OperationCanceledException => ClientError.Of(ErrorCodes.Timeout, ErrorClass.Unreachable, ""),
        DllNotFoundException missing => ClientError.Of(ErrorCodes.SystemPartMissing, ErrorClass.Usage, "librocksdb7.8 libsecp256k1-1 libsodium23").With(missing.Message),
        TypeInitializationException { InnerException: { } inner } => From(inner, cancel),
        FileNotFoundException missing => ClientError.Of(ErrorCodes.FileMissing, ErrorClass.Usage, missing.FileName ?? "").With(missing.Message),
        DirectoryNotFoundException missing => ClientError.Of(ErrorCodes.FileUnusable, ErrorClass.Usage, "").With(missing.Message),
        UnauthorizedAccessException denied => ClientError.Of(ErrorCodes.FileUnusable, ErrorClass.Usage, denied.Message).With(denied.Message),
        IOException broken => ClientError.Of(ErrorCodes.FileUnusable, ErrorClass.Usage, broken.Message).With(broken.Message),
        _ => ClientError.Of(ErrorCodes.Internal, ErrorClass.Integrity).With($"{failure.GetType().Name}: {failure.Message}"),
    };
}
