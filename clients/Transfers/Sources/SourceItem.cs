namespace Dsdn.Transfers.Sources;

/// <summary>A file or folder that is to be uploaded, as it was found.</summary>
/// <param name="Path">In the manifest.</param>
/// <param name="FullPath">On this machine.</param>
/// <param name="Mode">Permissions as in POSIX, 12 bits.</param>
public sealed record SourceItem(string Path, string FullPath, bool IsFolder, long LengthBytes, DateTime ModifiedUtc, ushort Mode)
{
    public ulong ModifiedMs => (ulong)Math.Max(0, new DateTimeOffset(ModifiedUtc).ToUnixTimeMilliseconds());
}
