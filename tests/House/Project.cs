using System.Xml.Linq;

namespace Dsdn.House.Tests;

/// <summary>A project of the solution as its file declares it.</summary>
public sealed record Project(string Name, string RelativePath, bool IsDeterministic, IReadOnlyList<string> References, IReadOnlyList<string> Packages, string AssemblyName)
{
    public static IReadOnlyList<Project> All { get; } =
        [.. Repository.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).Select(Load)];

    public string Folder => Path.GetDirectoryName(RelativePath)?.Replace('\\', '/') ?? "";

    public string TopFolder => RelativePath.Split('/')[0];

    /// <summary>The assembly as built in the configuration these tests run in, beside them because they reference the whole program.</summary>
    public string CompiledPath => Path.Combine(AppContext.BaseDirectory, AssemblyName + ".dll");

    private static Project Load(string file)
    {
        XDocument xml = XDocument.Load(Path.Combine(Repository.Root, file));
        string name = Path.GetFileNameWithoutExtension(file);
        string Value(string property) => xml.Descendants(property).FirstOrDefault()?.Value ?? "";
        IReadOnlyList<string> Included(string item) => [.. xml.Descendants(item).Select(element => element.Attribute("Include")?.Value ?? "")];
        return new Project(
            name, file, Value("DeterministicCore") == "true",
            [.. Included("ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))],
            Included("PackageReference"),
            Value("AssemblyName") is { Length: > 0 } assembly ? assembly : name);
    }
}
