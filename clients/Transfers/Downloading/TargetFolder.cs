using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;

namespace Dsdn.Transfers.Downloading;

/// <summary>
/// A folder that nothing is written outside of, whatever a manifest says: paths are checked by <see cref="ManifestPath"/>, and no part of a path below the folder may be a link.
/// </summary>
internal sealed class TargetFolder(string root)
{
    public string Root => root;

    /// <summary>Makes the folders of a path and gives the place of its last part.</summary>
    /// <exception cref="DsdnException">it leads outside, or something else is in the way</exception>
    public string Prepare(string path, bool isFolder)
    {
        if (!ManifestPath.IsValid(path)) throw new DsdnException(FileFault.Path.Code(), ErrorClass.Integrity, path);
        string[] parts = path.Split('/');
        string at = root;
        try
        {
            Directory.CreateDirectory(root);
            for (int i = 0; i < parts.Length; i++)
            {
                at = Path.Combine(at, parts[i]);
                bool isLast = i == parts.Length - 1;
                if (isLast && !isFolder) return at;
                var info = new DirectoryInfo(at);
                if (info.LinkTarget is not null) throw new DsdnException(TransferCodes.TargetOutside, ErrorClass.Rejected, at);
                if (!info.Exists) Directory.CreateDirectory(at);
            }
            return at;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DsdnException(ClientError.Of(TransferCodes.TargetUnwritable, ErrorClass.Usage, at).With(failure.Message), failure);
        }
    }

    /// <summary>Permissions and time as they were; never those that lend the owner's rights.</summary>
    public static void Restore(string path, ushort mode, ulong modifiedMs, bool isFolder)
    {
        const int Lending = (int)(UnixFileMode.SetUser | UnixFileMode.SetGroup | UnixFileMode.StickyBit);
        DateTime modified = DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(modifiedMs, 253_402_300_799_999UL)).UtcDateTime;
        if (isFolder) Directory.SetLastWriteTimeUtc(path, modified);
        else File.SetLastWriteTimeUtc(path, modified);
        if (!OperatingSystem.IsWindows() && mode != 0) File.SetUnixFileMode(path, (UnixFileMode)(mode & 0xfff & ~Lending));
    }
}
