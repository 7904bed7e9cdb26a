namespace Dsdn.Bench.Load;

/// <summary>A server under test with the folder it writes to, if any.</summary>
public sealed class BenchServer(ServerProcess process, string? dataFolder) : IDisposable
{
    public ServerProcess Process { get; } = process;

    public long DiskBytes() => dataFolder is null ? 0 : new DirectoryInfo(dataFolder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length);

    public void Dispose() => Process.Dispose();
}

/// <summary>A folder that is deleted afterwards.</summary>
public sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("dsdn-bench-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
