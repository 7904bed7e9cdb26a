using Dsdn.Modules.Artifacts;
using Dsdn.Modules.Tests.Support;

namespace Dsdn.Modules.Tests.Kernel;

/// <summary>
/// What is generated from the declarations is committed. With DSDN_REGENERATE=1 this test writes the files instead of only
/// comparing them.
/// </summary>
public sealed class ArtifactTests
{
    [Fact]
    public void GeneratedFilesAreCurrent()
    {
        bool regenerate = Environment.GetEnvironmentVariable("DSDN_REGENERATE") == "1";
        List<string> stale = [];
        foreach (ArtifactFile file in ModuleArtifacts.Files(DsdnModules.Table))
        {
            string path = Path.Combine(Repository.Root, file.Path);
            if (regenerate) Write(path, file.Text);
            if (!File.Exists(path) || File.ReadAllText(path) != file.Text) stale.Add(file.Path);
        }
        Assert.True(stale.Count == 0, $"run this test with DSDN_REGENERATE=1 and commit: {string.Join(", ", stale)}");
    }

    [Fact]
    public void NoGeneratedFileIsLeftFromAModuleThatIsGone()
    {
        HashSet<string> expected = [.. ModuleArtifacts.Files(DsdnModules.Table).Select(file => file.Path), "clients/Sdk/Modules/Generated/ModuleCall.cs"];
        foreach (string folder in new[] { "docs/modules", "clients/abi", "clients/Sdk/Modules/Generated" })
            foreach (string path in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder)))
                Assert.Contains($"{folder}/{Path.GetFileName(path)}", expected);
    }

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
