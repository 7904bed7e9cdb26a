using Dsdn.Sdk.Errors;
using Dsdn.Transfers.Sources;
using Dsdn.Transfers.Tests.Doubles;

namespace Dsdn.Transfers.Tests;

public sealed class SourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-source-").FullName;

    [Fact]
    public void LinksAreNotFollowedSoLoopsEnd()
    {
        string inside = Directory.CreateDirectory(Path.Combine(_folder, "a", "b")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(inside, "loop"), _folder);
        File.CreateSymbolicLink(Path.Combine(inside, "dangling"), "/nowhere/at/all");
        File.WriteAllText(Path.Combine(inside, "file"), "x");
        SourceScan scan = SourceScan.Of([Path.Combine(_folder, "a")], null, []);
        Assert.Equal(["a", "a/b", "a/b/file"], scan.Items.Select(item => item.Path));
        Assert.Equal(["a/b/dangling", "a/b/loop"], scan.Skipped);
    }

    [Fact]
    public void PatternsLeaveOut()
    {
        foreach (string name in (string[])["keep.txt", "a.log", "sub/b.log", "sub/keep", "node_modules/x"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, name))!);
            File.WriteAllText(Path.Combine(_folder, name), "x");
        }
        SourceScan scan = SourceScan.Of([_folder], "top", ["*.log", "node_modules"]);
        Assert.Equal(["top", "top/keep.txt", "top/sub", "top/sub/keep"], scan.Items.Select(item => item.Path));
    }

    [Fact]
    public void AFileThatCannotBeReadIsSaidBeforeAnythingIsPaid()
    {
        string path = Path.Combine(_folder, "secret");
        File.WriteAllText(path, "x");
        File.SetUnixFileMode(path, UnixFileMode.None);
        if (Environment.UserName == "root") Assert.Skip("root reads everything");
        Assert.Equal(TransferCodes.SourceUnreadable, Assert.Throws<DsdnException>(() => SourceScan.Of([_folder], null, [])).Error.Code);
    }

    [Fact]
    public void NothingThereAndTwoOfOneNameAreTold()
    {
        string other = Directory.CreateDirectory(Path.Combine(_folder, "x", "same")).FullName, same = Directory.CreateDirectory(Path.Combine(_folder, "y", "same")).FullName;
        Assert.Equal(ErrorCodes.FileMissing, Assert.Throws<DsdnException>(() => SourceScan.Of([Path.Combine(_folder, "nothing")], null, [])).Error.Code);
        Assert.Equal(TransferCodes.NameTaken, Assert.Throws<DsdnException>(() => SourceScan.Of([other, same], null, [])).Error.Code);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
