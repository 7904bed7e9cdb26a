namespace Dsdn.DaServer.Storage;

/// <summary>Files that only their owner may read (mode 0600), written whole or not at all.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerFolder);
    }

    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string written = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerFile;
        using (var file = new FileStream(written, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(written, path, overwrite: true);
    }

    /// <summary>The bytes of a file, which is made where it does not exist.</summary>
    public static byte[] ReadOrCreate(string path, Func<byte[]> create)
    {
        if (!File.Exists(path)) Write(path, create());
        return File.ReadAllBytes(path);
    }
}
