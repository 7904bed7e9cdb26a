using System.IO.Enumeration;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;

namespace Dsdn.Transfers.Sources;

/// <summary>
/// What lies at the paths a user named. Links are not followed, so that nothing outside is taken and no loop is walked; they are named in <see cref="Skipped"/>. Every file is opened once:
/// what cannot be read is said before anything is paid.
/// </summary>
public sealed record SourceScan(IReadOnlyList<SourceItem> Items, IReadOnlyList<string> Skipped)
{
    /// <summary>Modes that a manifest keeps.</summary>
    private const int ModeMask = 0xfff;

    public long ContentBytes => Items.Sum(static item => item.LengthBytes);

    public int Files => Items.Count(static item => !item.IsFolder);

    /// <param name="name">Instead of the name of the one path; null: its own.</param>
    /// <param name="excludes">Patterns with * and ?; of a whole path below what was named, or of one name in it.</param>
    /// <exception cref="DsdnException">nothing is there, a file cannot be read, or two have one name</exception>
    public static SourceScan Of(IReadOnlyList<string> paths, string? name, IReadOnlyList<string> excludes)
    {
        List<SourceItem> items = [];
        List<string> skipped = [];
        SortedSet<string> tops = new(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
            string top = name ?? Path.GetFileName(full);
            if (!ManifestPath.IsValid(top) || top.Contains('/', StringComparison.Ordinal)) throw new DsdnException(FileFault.Path.Code(), ErrorClass.Usage, top);
            if (!tops.Add(top)) throw new DsdnException(TransferCodes.NameTaken, ErrorClass.Usage, top);
            // What was named may be a link: that one is meant.
            if (Directory.Exists(full)) Walk(new DirectoryInfo(full), top, "", excludes, items, skipped);
            else if (File.Exists(full)) items.Add(Take(new FileInfo(File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full), top));
            else throw new DsdnException(ErrorCodes.FileMissing, ErrorClass.Usage, path);
        }
        return items.Count > 0 ? new SourceScan(items, skipped) : throw new DsdnException(TransferCodes.SourceEmpty, ErrorClass.Usage, string.Join(", ", paths));
    }

    private static void Walk(DirectoryInfo folder, string path, string below, IReadOnlyList<string> excludes, List<SourceItem> items, List<string> skipped)
    {
        items.Add(new SourceItem(path, folder.FullName, true, 0, folder.LastWriteTimeUtc, ModeOf(folder)));
        FileSystemInfo[] entries;
        try
        {
            entries = folder.GetFileSystemInfos();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(folder.FullName, failure);
        }
        foreach (FileSystemInfo entry in entries.OrderBy(static entry => entry.Name, StringComparer.Ordinal))
        {
            string inside = below.Length == 0 ? entry.Name : $"{below}/{entry.Name}", whole = $"{path}/{entry.Name}";
            if (excludes.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, inside, ignoreCase: false) || FileSystemName.MatchesSimpleExpression(pattern, entry.Name, ignoreCase: false))) continue;
            if (entry.LinkTarget is not null) skipped.Add(whole);
            else if (!ManifestPath.IsValid(whole)) throw new DsdnException(FileFault.Path.Code(), ErrorClass.Usage, whole);
            else if (entry is DirectoryInfo sub) Walk(sub, whole, inside, excludes, items, skipped);
            else if (entry is FileInfo file) items.Add(Take(file, whole));
        }
    }

    private static SourceItem Take(FileInfo file, string path)
    {
        try
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new SourceItem(path, file.FullName, false, RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle), ModeOf(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Unreadable(file.FullName, failure);
        }
    }

    private static ushort ModeOf(FileSystemInfo entry) => OperatingSystem.IsWindows() ? (ushort)0 : (ushort)((int)entry.UnixFileMode & ModeMask);

    private static DsdnException Unreadable(string path, Exception failure) =>
        new(ClientError.Of(TransferCodes.SourceUnreadable, ErrorClass.Usage, path).With(failure.Message), failure);
}
