namespace Dsdn.Node.Tests.Archive;

/// <summary>A folder that is gone afterwards.</summary>
internal sealed class ArchiveFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("dsdn-archive-").FullName;

    public string Segment(ulong first) => System.IO.Path.Combine(Path, $"{first:D20}.seg");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
