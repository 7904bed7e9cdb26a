using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Dsdn.House.Tests.Structure;

/// <summary>References go one way (docs/architecture.md, folders): what each project may see of ours.</summary>
public sealed class ReferenceDirectionTests
{
    private static readonly IReadOnlyDictionary<string, string[]> MaySee = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Dsdn.Chain"] = [],
        ["Dsdn.Chain.RocksDb"] = ["Dsdn.Chain"],
        ["Dsdn.Chain.Rpc"] = ["Dsdn.Chain"],
        ["Dsdn.Chain.View"] = ["Dsdn.Chain"],
        ["Dsdn.Modules"] = ["Dsdn.Chain"],
        ["Dsdn.Consensus"] = ["Dsdn.Chain"],
        ["Dsdn.Grpc"] = [],
        ["Dsdn.Consensus.Network"] = ["Dsdn.Chain", "Dsdn.Consensus", "Dsdn.Grpc"],
        ["Dsdn.Genesis"] = ["Dsdn.Chain", "Dsdn.Modules"],
        ["Dsdn.Celestia"] = ["Dsdn.Chain"],
        ["Dsdn.CelestiaClient"] = ["Dsdn.Chain", "Dsdn.Celestia"],
        // The binding for files past the system's cache, where chunks are stored and downloads written.
        ["Dsdn.DirectIo"] = [],
        ["Dsdn.Storage"] = ["Dsdn.Chain", "Dsdn.DirectIo"],
        ["Dsdn.DaServer"] = ["Dsdn.Chain", "Dsdn.Celestia"],
        ["Dsdn.Log"] = ["Dsdn.Chain", "Dsdn.Consensus", "Dsdn.Celestia"],
        // What services say to each other, and the clients for it: for nodes and users alike.
        ["Dsdn.Services"] = ["Dsdn.Chain", "Dsdn.Consensus", "Dsdn.Grpc", "Dsdn.Consensus.Network"],
        ["Dsdn.Node"] = ["Dsdn.Chain", "Dsdn.Chain.RocksDb", "Dsdn.Chain.Rpc", "Dsdn.Chain.View", "Dsdn.Modules", "Dsdn.Consensus", "Dsdn.Grpc", "Dsdn.Consensus.Network", "Dsdn.Genesis", "Dsdn.Celestia", "Dsdn.CelestiaClient", "Dsdn.Log", "Dsdn.Services"],
        // A sidecar: it reads and pays the chain as any client does.
        ["Dsdn.Coordinator"] = ["Dsdn.Chain", "Dsdn.Chain.RocksDb", "Dsdn.Chain.Rpc", "Dsdn.Chain.View", "Dsdn.Modules", "Dsdn.Consensus", "Dsdn.Grpc", "Dsdn.Consensus.Network", "Dsdn.Genesis", "Dsdn.Celestia", "Dsdn.CelestiaClient", "Dsdn.Log", "Dsdn.Services", "Dsdn.Node", "Dsdn.Sdk"],
        ["Dsdn.Reading"] = ["Dsdn.Chain", "Dsdn.Consensus", "Dsdn.Grpc", "Dsdn.Consensus.Network", "Dsdn.Services"],
        ["Dsdn.Ingress"] = ["Dsdn.Chain", "Dsdn.Chain.RocksDb", "Dsdn.Chain.Rpc", "Dsdn.Chain.View", "Dsdn.Modules", "Dsdn.Consensus", "Dsdn.Grpc", "Dsdn.Consensus.Network", "Dsdn.Genesis", "Dsdn.Celestia", "Dsdn.CelestiaClient", "Dsdn.Log", "Dsdn.Services", "Dsdn.Node", "Dsdn.Reading", "Dsdn.Sdk"],
        ["Dsdn.StorageNode"] = ["Dsdn.Chain", "Dsdn.Chain.View", "Dsdn.Consensus", "Dsdn.Grpc", "Dsdn.Consensus.Network", "Dsdn.Genesis", "Dsdn.Celestia", "Dsdn.Log", "Dsdn.Storage", "Dsdn.Services", "Dsdn.Node"],
        ["Dsdn.Sdk"] = ["Dsdn.Chain", "Dsdn.Modules"],
        // Uploads and downloads: what a user's program speaks with coordinators and storage nodes.
        ["Dsdn.Transfers"] = ["Dsdn.Chain", "Dsdn.Modules", "Dsdn.Consensus", "Dsdn.Grpc", "Dsdn.Consensus.Network", "Dsdn.Services", "Dsdn.Reading", "Dsdn.DirectIo", "Dsdn.Sdk"],
        ["Dsdn.Cli"] = ["Dsdn.Chain", "Dsdn.Modules", "Dsdn.Consensus", "Dsdn.Grpc", "Dsdn.Consensus.Network", "Dsdn.Services", "Dsdn.Reading", "Dsdn.Sdk", "Dsdn.Transfers"],
        // The one composition executable.
        ["Dsdn"] = ["Dsdn.Chain", "Dsdn.Chain.RocksDb", "Dsdn.Chain.Rpc", "Dsdn.Chain.View", "Dsdn.Modules", "Dsdn.Consensus", "Dsdn.Grpc", "Dsdn.Consensus.Network", "Dsdn.Genesis", "Dsdn.Celestia", "Dsdn.CelestiaClient", "Dsdn.DaServer", "Dsdn.Log", "Dsdn.Services", "Dsdn.Node", "Dsdn.Coordinator", "Dsdn.Storage", "Dsdn.StorageNode", "Dsdn.Reading", "Dsdn.Ingress", "Dsdn.Sdk", "Dsdn.Transfers", "Dsdn.Cli", "Dsdn.DirectIo"],
    };

    public static TheoryData<string> Projects => [.. Project.All.Where(project => project.TopFolder != "tests").Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void ProjectReferencesOnlyWhatItMaySee(string name)
    {
        Project project = Project.All.Single(project => project.Name == name);
        Assert.True(MaySee.TryGetValue(name, out string[]? allowed), $"{name} is not in the table of references");
        Assert.Empty(project.References.Except(allowed, StringComparer.Ordinal));
        // What was compiled counts too: a reference can arrive through another project.
        Assert.Empty(Compiled(project).Except(allowed, StringComparer.Ordinal));
    }

    [Fact]
    public void NoProjectOutsideTestsReferencesATestProject() =>
        Assert.DoesNotContain(
            Project.All.Where(project => project.TopFolder != "tests").SelectMany(project => project.References),
            reference => Project.All.Any(project => project.Name == reference && project.TopFolder == "tests"));

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        string solution = Repository.Read("Dsdn.sln");
        Assert.All(Project.All, project => Assert.Contains(project.RelativePath.Replace('/', '\\'), solution, StringComparison.Ordinal));
    }

    [Fact]
    public void PackageVersionsStandInOnePlace()
    {
        foreach (Project project in Project.All)
            Assert.DoesNotContain("Version=", string.Concat(Repository.Lines(project.RelativePath).Where(line => line.Contains("PackageReference", StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Compiled(Project project)
    {
        using PEReader image = new(new MemoryStream(File.ReadAllBytes(project.CompiledPath)));
        MetadataReader reader = image.GetMetadataReader();
        return [.. reader.AssemblyReferences
            .Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name))
            .Where(name => name.StartsWith("Dsdn", StringComparison.Ordinal))];
    }
}
