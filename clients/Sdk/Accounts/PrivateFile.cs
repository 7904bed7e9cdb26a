using System.Text;
using Dsdn.Sdk.Errors;

namespace Dsdn.Sdk.Accounts;

/// <summary>Files only their owner may read (mode 0600, folders 0700), written whole or not at all.</summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    /// <summary>Writes beside the target, syncs, and renames; a reader sees the old file or the new one.</summary>
    /// <exception cref="DsdnException"><see cref="ErrorCodes.KeyExists"/>: the file is there and must not be overwritten</exception>
    public static void Write(string path, string text, bool overwrite)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        CreateFolder(folder);
        string temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerFile;
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }
            if (!overwrite && File.Exists(path)) throw new DsdnException(ErrorCodes.KeyExists, ErrorClass.Key, path);
            File.Move(temporary, path, overwrite);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Missing folders are made readable for the owner only; existing ones are left as they are.</summary>
    public static void CreateFolder(string path)
    {
        if (Directory.Exists(path)) return;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerFolder);
    }

    /// <exception cref="DsdnException"><see cref="ErrorCodes.FileMissing"/>, <see cref="ErrorCodes.FileTooLarge"/></exception>
    public static string ReadText(string path, int bytesMax)
    {
        var file = new FileInfo(path);
        if (!file.Exists) throw new DsdnException(ErrorCodes.FileMissing, ErrorClass.Usage, path);
        if (file.Length > bytesMax) throw new DsdnException(ErrorCodes.FileTooLarge, ErrorClass.Usage, path, bytesMax.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return File.ReadAllText(path);
    }

    /// <summary>True where others than the owner may read or write the file.</summary>
    public static bool IsExposed(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(OwnerFile | UnixFileMode.UserExecute)) != 0;
}
