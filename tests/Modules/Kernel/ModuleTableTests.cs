using Dsdn.Chain.Execution.Kernel;

namespace Dsdn.Modules.Tests.Kernel;

public sealed class ModuleTableTests
{
    [Fact]
    public void TwoMethodsWithOneSelectorAreRefusedWhenTheTableIsBuilt() // collide_... pairs found by search: both 0x42966c68
    {
        ModuleDeclaration module = Plain(2) with { Methods = [View("function burn(uint256 a) view"), View("function collate_propagate_storage(bytes16 a) view")] };
        Assert.Contains("selector", Assert.Throws<ArgumentException>(() => Build(module)).Message);
    }

    [Fact]
    public void OverloadsAreRefused() =>
        Assert.Contains("overloaded", Assert.Throws<ArgumentException>(() => Build(Plain(2) with { Methods = [View("function a() view"), View("function a(bool b) view")] })).Message);

    [Fact]
    public void TwoModulesWithOneNumberAreRefused() => Assert.Throws<ArgumentException>(() => Build(Plain(2), Plain(2) with { Name = "Other" }));

    [Fact]
    public void TableIdUsedTwiceIsRefused() =>
        Assert.Throws<ArgumentException>(() => Build(Plain(2) with { Tables = [new(1, "a", "", ""), new(1, "b", "", "")] }));

    [Fact]
    public void ErrorCodeOfAnotherModuleIsRefused() =>
        Assert.Throws<ArgumentException>(() => Build(Plain(2) with { Errors = [new("error A()", "X", "")] }, Plain(3) with { Name = "Other", Errors = [new("error B()", "X", "")] }));

    [Fact]
    public void UsesInACircleAreRefused() =>
        Assert.Contains("circle", Assert.Throws<ArgumentException>(() => Build(Plain(2) with { Uses = [3] }, Plain(3) with { Name = "Other", Uses = [2] })).Message);

    [Fact]
    public void FourIndexedFieldsAreRefused() =>
        Assert.Throws<ArgumentException>(() => new EventDeclaration("event A(bool indexed a, bool indexed b, bool indexed c, bool indexed d)", ""));

    [Fact]
    public void EveryDeclaredErrorOfAModuleHasItsCodeFormAndMeaning()
    {
        foreach (ErrorDeclaration error in DsdnModules.Table.Modules.SelectMany(module => module.Errors).Concat(KernelErrors.All))
        {
            Assert.Matches("^DSDN-E-[A-Z0-9-]+$", error.Code);
            Assert.EndsWith(".", error.Meaning);
        }
    }

    /// <summary>A module may name another only by what that one publishes.</summary>
    [Fact]
    public void NoModuleReachesIntoAnother()
    {
        string root = Support.Repository.Root;
        string[] modules = [.. Directory.GetDirectories(Path.Combine(root, "modules")).Select(path => Path.GetFileName(path))];
        foreach (string module in modules)
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(root, "modules", module), "*.cs", SearchOption.AllDirectories))
            {
                string text = File.ReadAllText(file);
                foreach (string other in modules.Where(other => other != module))
                {
                    int at = -1;
                    while ((at = text.IndexOf($"Dsdn.Modules.{other}", at + 1, StringComparison.Ordinal)) >= 0)
                        Assert.StartsWith($"Dsdn.Modules.{other}.Published", text[at..]);
                }
            }
        }
    }

    private static Method View(string solidity) => Method.View(solidity, "", 0, (_, _) => Outcome.Done);

    private static ModuleDeclaration Plain(byte number) => new()
    {
        Number = number, Name = "Plain", Summary = "", Methods = [], Events = [], Errors = [], Tables = [], Invariants = [],
    };

    private static ModuleTable Build(params ModuleDeclaration[] modules) =>
        new(modules, [], [], new ConsensusPort(modules[0].Number, _ => new Dsdn.Chain.Blocks.ValidatorSet([])));
}
