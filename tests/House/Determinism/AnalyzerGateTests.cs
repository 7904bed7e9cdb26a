using System.Diagnostics;

namespace Dsdn.House.Tests.Determinism;

/// <summary>The build-time half of the gate: a project that says DeterministicCore and reads a clock does not build.</summary>
public sealed class AnalyzerGateTests
{
    [Fact]
    public void PlantedClockFailsTheBuildOfADeterministicProject()
    {
        (int code, string output) = Build("PlantedClock", "true", "DateTime.UtcNow.Ticks + new Random().Next()");
        Assert.NotEqual(0, code);
        Assert.Contains("error RS0030: The symbol 'DateTime' is banned", output, StringComparison.Ordinal);
        Assert.Contains("error RS0030: The symbol 'Random' is banned", output, StringComparison.Ordinal);
    }

    [Fact]
    public void SameClockBuildsInAShell()
    {
        (int code, string output) = Build("PlantedShell", "false", "DateTime.UtcNow.Ticks + new Random().Next()");
        Assert.True(code == 0, output);
    }

    /// <summary>A project below the checkout, so that it takes the root build files as every other does.</summary>
    private static (int Code, string Output) Build(string name, string deterministic, string expression)
    {
        string folder = Path.Combine(Repository.Root, "artifacts", "planted", name);
        Directory.CreateDirectory(folder);
        string project = Path.Combine(folder, name + ".csproj");
        File.WriteAllText(project, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><DeterministicCore>{deterministic}</DeterministicCore></PropertyGroup>
              <ItemGroup><Compile Include="Planted.cs" /></ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, "Planted.cs"), $"namespace Planted; public static class Clock {{ public static long Now() => {expression}; }}");
        ProcessStartInfo start = new("dotnet", ["build", project, "-nologo", "-v", "q", "-nodeReuse:false", "-p:UseSharedCompilation=false"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        // The test host's own settings must not steer the build.
        foreach (string variable in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(variable);
        using Process build = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        string output = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        return (build.ExitCode, output);
    }
}
