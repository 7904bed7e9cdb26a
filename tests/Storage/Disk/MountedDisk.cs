using System.Diagnostics;

namespace Dsdn.Storage.Tests.Disk;

/// <summary>A small file system of its own, which only root can make.</summary>
internal sealed class MountedDisk : IDisposable
{
    private const string FillerName = "filler";

    private readonly string _folder;

    private MountedDisk(string folder) => _folder = folder;

    public string Path => System.IO.Path.Combine(_folder, "disk");

    /// <summary>Null where this machine or this user cannot.</summary>
    public static MountedDisk? TryMount(string fileSystem, int mib)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root") return null;
        var disk = new MountedDisk(Directory.CreateTempSubdirectory("dsdn-full-").FullName);
        Directory.CreateDirectory(disk.Path);
        string image = System.IO.Path.Combine(disk._folder, "image");
        bool isMounted;
        if (fileSystem == "tmpfs") isMounted = Run("mount", "-t", "tmpfs", "-o", $"size={mib}m", "tmpfs", disk.Path);
        else
        {
            using (FileStream file = File.Create(image)) file.SetLength((long)mib << 20);
            isMounted = Run("mkfs." + fileSystem, "-q", "-m", "0", image) && Run("mount", "-o", "loop", image, disk.Path);
        }
        if (isMounted) return disk;
        Directory.Delete(disk._folder, recursive: true);
        return null;
    }

    /// <summary>Takes every byte that is left.</summary>
    public void Fill()
    {
        using FileStream filler = File.Create(System.IO.Path.Combine(Path, FillerName), bufferSize: 0);
        foreach (int piece in (int[])[1 << 20, 4_096, 1])
        {
            byte[] zeros = new byte[piece];
            try
            {
                while (true) filler.Write(zeros);
            }
            catch (IOException)
            {
                // Full for pieces of this size.
            }
        }
        filler.Flush(flushToDisk: true);
    }

    public void Free() => File.Delete(System.IO.Path.Combine(Path, FillerName));

    public void Dispose()
    {
        Run("umount", Path);
        Directory.Delete(_folder, recursive: true);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using Process? process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true });
            process?.WaitForExit();
            return process?.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
