namespace Dsdn.House.Tests.Determinism;

public sealed class DeterminismGateTests
{
    private static AllowList Allowed() => new(File.ReadAllLines(Path.Combine(Repository.Root, "tests/House/Determinism/allowed.txt")));

    private static IReadOnlyList<Violation> Plant(string type) => IlScanner.Scan(
        typeof(DeterminismGateTests).Assembly.Location, Allowed(), name => name.StartsWith("Dsdn.House.Tests.Determinism.Planted." + type, StringComparison.Ordinal));

    [Fact]
    public void CompiledDeterministicProjectsUseOnlyWhatIsAllowed()
    {
        AllowList allowed = Allowed();
        List<string> found = [];
        foreach (Project project in Project.All.Where(project => project.IsDeterministic))
            found.AddRange(IlScanner.Scan(project.CompiledPath, allowed).Select(violation => $"{project.Name} {violation}"));
        Assert.True(found.Count == 0, string.Join('\n', found));
        Assert.True(allowed.Unused.Count == 0, "reviewed exceptions that nothing needs: " + string.Join(", ", allowed.Unused));
    }

    [Fact]
    public void ChainModulesConsensusGenesisCelestiaAndLogAreInsideTheGate() =>
        Assert.Equal(
            ["Dsdn.Celestia", "Dsdn.Chain", "Dsdn.Consensus", "Dsdn.Genesis", "Dsdn.Log", "Dsdn.Modules"],
            Project.All.Where(project => project.IsDeterministic).Select(project => project.Name).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Half", "float")]
    [InlineData("Price", "float")]
    [InlineData("Clock", "reference")]
    [InlineData("Draw", "reference")]
    [InlineData("Read", "reference")]
    [InlineData("Sum", "hash-order")]
    [InlineData("First", "hash-order")]
    [InlineData("Copied", "hash-order")]
    [InlineData("HandedOn", "hash-order")]
    [InlineData("Iterated", "hash-order")]
    [InlineData("InLambda", "reference")]
    [InlineData("Sorted", "string-order")]
    [InlineData("Compared", "reference")]
    [InlineData("Shown", "reference")]
    [InlineData("_counter", "static")]
    [InlineData("Count", "static")]
    [InlineData("getpid", "pinvoke")]
    public void PlantedViolationIsFound(string member, string rule) =>
        Assert.Contains(Plant("Offender"), violation => violation.Rule == rule && violation.Member.EndsWith("::" + member, StringComparison.Ordinal));

    [Fact]
    public void InnocentCodeIsNotAccused() => Assert.Empty(Plant("Innocent"));

    [Fact]
    public void ReviewedExceptionThatNothingNeedsIsNamed()
    {
        AllowList allowed = new(["reviewed float Dsdn.A::* System.Double because it is a test"]);
        Assert.False(allowed.IsReviewed(new Violation("float", "Dsdn.B::X", "System.Double")));
        Assert.False(allowed.IsReviewed(new Violation("float", "Dsdn.A::X", "System.Single")));
        Assert.Equal(["float Dsdn.A::* System.Double"], allowed.Unused);
        Assert.True(allowed.IsReviewed(new Violation("float", "Dsdn.A::X", "System.Double")));
        Assert.Empty(allowed.Unused);
    }

    [Fact]
    public void ExceptionWithoutReasonIsRefused() =>
        Assert.Throws<FormatException>(() => new AllowList(["reviewed float Dsdn.A::X System.Double"]));
}
