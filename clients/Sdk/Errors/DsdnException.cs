namespace Dsdn.Sdk.Errors;

/// <summary>
/// The only exception the SDK throws on purpose (besides <see cref="OperationCanceledException"/> and argument exceptions
/// for null). Loses nothing: a call that throws it has changed nothing on this machine.
/// </summary>
public sealed class DsdnException(ClientError error, Exception? inner = null)
    : Exception(error.Details is null ? error.Code : $"{error.Code}: {error.Details}", inner)
{
    public ClientError Error { get; } = error;

    public DsdnException(string code, ErrorClass @class, params string[] arguments)
        : this(ClientError.Of(code, @class, arguments))
    {
    }
}
