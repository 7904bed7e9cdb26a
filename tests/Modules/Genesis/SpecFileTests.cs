using System.Text;
using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Genesis;
using Dsdn.Modules.Tests.Support;

namespace Dsdn.Modules.Tests.Genesis;

/// <summary>Files made from templates are committed. With DSDN_REGENERATE=1 the first test writes them; the program carries them, so build again.</summary>
public sealed class SpecFileTests
{
    [Theory]
    [InlineData("devnet")]
    [InlineData("conformance")]
    public void SpecFilePassesTheCheckerAndIsWhatItsTemplateWrites(string network)
    {
        byte[] file = NetworkSpecs.Read(network)!;
        string made = SpecWriter.File(network == "devnet" ? GenesisTemplates.Devnet() : GenesisTemplates.Conformance());
        if (Environment.GetEnvironmentVariable("DSDN_REGENERATE") == "1") File.WriteAllText(Path.Combine(Repository.Root, "genesis", network + ".json"), made);
        GenesisCheck check = GenesisChecker.Check(file);
        Assert.Empty(check.Errors);
        Assert.Equal(made, Encoding.UTF8.GetString(file));
    }

    [Theory]
    [InlineData("testnet")]
    [InlineData("mainnet")]
    public void TemplateIsIncompleteAndEachOpenLineIsNamed(string network)
    {
        byte[] file = NetworkSpecs.Read(network)!;
        GenesisCheck check = GenesisChecker.Check(file);
        Assert.Null(check.Spec);
        Assert.True(check.IsIncomplete, string.Join('\n', check.Errors));
        string[] lines = Encoding.UTF8.GetString(file).Split('\n');
        int[] open = [.. Enumerable.Range(1, lines.Length).Where(line => lines[line - 1].Contains("null", StringComparison.Ordinal))];
        Assert.Equal(open, check.Errors.Select(error => error.Line));
        Assert.Contains(check.Errors, error => error.Pointer == "/validators/0/consensusKey" && error.Message == "is not filled in");
    }

    [Theory]
    [InlineData("devnet")]
    [InlineData("testnet")]
    [InlineData("mainnet")]
    [InlineData("conformance")]
    public void MembersAreSortedAndLinesEndInLineFeeds(string network)
    {
        byte[] file = NetworkSpecs.Read(network)!;
        Assert.DoesNotContain((byte)'\r', file);
        Assert.Equal((byte)'\n', file[^1]);
        AssertSorted(JsonDocument.Parse(file).RootElement);
    }

    [Fact]
    public void UnknownNetworkHasNoFile() => Assert.Null(NetworkSpecs.Read("../devnet"));

    [Fact]
    public void CanonicalFormIsTheFileWithoutWhiteSpace()
    {
        GenesisSpec spec = GenesisTemplates.Devnet();
        string file = SpecWriter.File(spec);
        Assert.Equal(string.Concat(file.Where(c => !char.IsWhiteSpace(c))), Encoding.UTF8.GetString(SpecWriter.Canonical(spec)));
    }

    [Fact]
    public void SpellingOfAFileDoesNotChangeWhatIsBound()
    {
        string file = SpecWriter.File(GenesisTemplates.Devnet());
        string other = file.Replace("  ", "\t", StringComparison.Ordinal)
            .Replace("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", StringComparison.Ordinal);
        GenesisSpec read = GenesisChecker.Check(Encoding.UTF8.GetBytes(other)).Spec!;
        Assert.Equal(SpecWriter.Canonical(GenesisTemplates.Devnet()), SpecWriter.Canonical(read));
    }

    [Fact]
    public void BenchOfManySendersAndPrivateChainsPassTheChecker()
    {
        Address[] senders = [.. Enumerable.Range(1, 400).Select(n => Address.FromNumber((ushort)(0x4000 + n)))];
        Assert.Empty(Check(GenesisTemplates.Bench(senders, Amount.Nusa(20_000))));
        Assert.Throws<ArgumentException>(() => GenesisTemplates.Bench(senders, Amount.Nusa(40_000)));
        Assert.Empty(Check(GenesisTemplates.Devnet(validators: 4)));
        SpecValidator own = ValidatorKeys.Entry(555, senders[0], new byte[32], Amount.Nusa(50_000));
        Assert.Empty(Check(GenesisTemplates.Private("my-chain", 555, 1_800_000_000_000, [own], [new SpecAccount(senders[0], Amount.Nusa(5), Share.EarlyNodes)])));
    }

    private static IReadOnlyList<GenesisError> Check(GenesisSpec spec) => GenesisChecker.Check(SpecWriter.Canonical(spec)).Errors;

    private static void AssertSorted(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array) foreach (JsonElement item in value.EnumerateArray()) AssertSorted(item);
        if (value.ValueKind != JsonValueKind.Object) return;
        string[] names = [.. value.EnumerateObject().Select(member => member.Name)];
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        foreach (JsonProperty member in value.EnumerateObject()) AssertSorted(member.Value);
    }
}
