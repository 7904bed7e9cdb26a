namespace Dsdn.Node.Tests.Rpc.Conformance;

/// <summary>Replies recorded from anvil 1.7.1, with geth's answers where anvil departs from geth.</summary>
public sealed class CorpusVectorTests
{
    [Theory]
    [InlineData("empty")]
    [InlineData("transfers")]
    [InlineData("reject")]
    [InlineData("pool")]
    [InlineData("filters")]
    [InlineData("ws")]
    [InlineData("log-filters")]
    public async Task Session_is_answered_as_recorded(string session)
    {
        await using var runner = new CorpusRunner(RpcVectors.Corpus(), session);
        IReadOnlyList<string> faults = await runner.Run();
        Assert.True(runner.Compared > 5, $"only {runner.Compared} cases of {session} were compared");
        Assert.True(faults.Count == 0, $"{faults.Count} differences in {session} ({runner.Compared} cases compared):\n" + string.Join('\n', faults));
    }
}
