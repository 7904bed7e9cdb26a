namespace Dsdn.Node.Archive;

/// <summary>The archive on the disk is not what it must be, or another process has it. Nothing was changed.</summary>
/// <param name="code">Stable.</param>
public sealed class ArchiveException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public const string Damaged = "DSDN-E-LOG-ARCHIVE-DAMAGED", Busy = "DSDN-E-LOG-ARCHIVE-BUSY", Gap = "DSDN-E-LOG-ARCHIVE-GAP", Foreign = "DSDN-E-LOG-ARCHIVE-FOREIGN";

    public string Code => code;
}
