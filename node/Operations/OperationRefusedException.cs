namespace Dsdn.Node.Operations;

/// <summary>A command on a node's data that cannot be carried out; nothing was changed.</summary>
/// <param name="code">Stable, <c>DSDN-E-...</c>; the command line has its text.</param>
/// <param name="subject">What it is about: a folder, a file, a number.</param>
/// <param name="isIntegrity">Something that should verify does not, as opposed to something that was asked wrongly.</param>
public sealed class OperationRefusedException(string code, string subject, string? detail = null, bool isIntegrity = false)
    : Exception($"{code}: {subject}{(detail is null ? "" : ": " + detail)}")
{
    public string Code { get; } = code;

    public string Subject { get; } = subject;

    public string? Detail { get; } = detail;

    public bool IsIntegrity { get; } = isIntegrity;
}
