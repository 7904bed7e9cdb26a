using System.Text.Json;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Log;

/// <summary>The formats against the second implementation in second/, written in Python from docs/log-events.md.</summary>
public sealed class SecondImplementationTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Log");

    private static readonly Lazy<SortedDictionary<string, byte[]>> Theirs = new(() => Read(File.ReadAllText(Path.Combine(Folder, "vectors.json"))));

    private static readonly Lazy<IReadOnlyDictionary<string, byte[]>> Ours = new(() => LogVectors.Make(Theirs.Value["ninth/body-brotli"]));

    public static TheoryData<string> Names => [.. Theirs.Value.Keys];

    internal static IReadOnlyDictionary<string, byte[]> Vectors => Theirs.Value;

    [Theory]
    [MemberData(nameof(Names))]
    public void BytesAgree(string name) => Assert.Equal(Hex.Encode(Theirs.Value[name]), Hex.Encode(Ours.Value[name]));

    [Fact]
    public void EveryThingIsMadeByBoth() => Assert.Equal(Theirs.Value.Keys, Ours.Value.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void CommittedFileIsWhatTheSecondImplementationMakes()
    {
        Assert.Equal(File.ReadAllText(Path.Combine(Folder, "vectors.json")), SecondImplementation.Run(Path.Combine(Folder, "second", "make_vectors.py")));
    }

    private static SortedDictionary<string, byte[]> Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        SortedDictionary<string, byte[]> vectors = new(StringComparer.Ordinal);
        foreach (JsonProperty vector in document.RootElement.EnumerateObject()) vectors.Add(vector.Name, Hex.Decode(vector.Value.GetString()!));
        return vectors;
    }
}
