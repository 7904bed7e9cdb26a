using System.Diagnostics;

namespace Dsdn.House.Tests;

/// <summary>The checkout these tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Every file that is or would be committed, relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = ListFiles();

    public static string Read(string relativePath) => File.ReadAllText(Path.Combine(Root, relativePath));

    public static string[] Lines(string relativePath) => File.ReadAllLines(Path.Combine(Root, relativePath));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Dsdn.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Dsdn.sln is not above " + AppContext.BaseDirectory);
    }

    private static IReadOnlyList<string> ListFiles()
    {
        ProcessStartInfo start = new("git", ["-C", Root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            RedirectStandardOutput = true,
        };
        using Process git = Process.Start(start) ?? throw new InvalidOperationException("git did not start");
        string[] names = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return [.. names.Where(name => File.Exists(Path.Combine(Root, name))).Order(StringComparer.Ordinal)];
    }
}
