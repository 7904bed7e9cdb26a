using Dsdn.Node.Configuration;

namespace Dsdn.Node.Tests.Configuration;

public sealed class NodeConfigurationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-config-").FullName;

    [Fact]
    public void FlagsWinOverTheEnvironmentWhichWinsOverTheFile()
    {
        string file = Write("""{ "listen": "127.0.0.1:1", "block-time": 250, "rpc-namespaces": ["eth", "dsdn"], "reset": true }""");
        NodeOptions options = NodeConfiguration.Load(
            file, name => name == "DSDN_LISTEN" ? "127.0.0.1:2" : name == "DSDN_LOG" ? "json" : null, [new("listen", "[::1]:3")]);
        Assert.Equal(("::1", 3), (options.RpcHost, options.RpcPort));
        Assert.Equal(250UL, options.BlockTimeMs);
        Assert.Equal(["eth", "dsdn"], options.RpcNamespaces);
        Assert.Equal(LogFormat.Json, options.LogFormat);
        Assert.True(options.Reset);
    }

    [Fact]
    public void SignerAndSeedsAreSettingsLikeOthers()
    {
        string id = new('a', 64);
        NodeOptions options = NodeConfiguration.Load(Write($$"""{ "signer": "10.0.0.9:45800", "seeds": ["seed.example:45831", "{{id}}@10.0.0.1:45831"] }"""), name => name == "DSDN_SIGNER_ID" ? id : null, [new("signer", "[::1]:9")]);
        Assert.Equal((("::1", 9), "0x" + id), (options.Signer ?? default, options.SignerId?.ToString()));
        Assert.Equal(["seed.example:45831", id + "@10.0.0.1:45831"], options.Seeds);
        foreach ((string flag, string text) in ((string, string)[])[("signer", "10.0.0.9"), ("signer", "10.0.0.9:0"), ("signer-id", "0x12"), ("seeds", "nowhere"), ("listen-for-key", "-1")])
            Assert.Throws<ConfigurationException>(() => NodeConfiguration.Load(null, _ => null, [new(flag, text)]));
    }

    [Theory]
    [InlineData("""{ "colour": "red" }""", "unknown setting 'colour'")]
    [InlineData("""{ "listen": "localhost" }""", "HOST:PORT")]
    [InlineData("""{ "block-time": -1 }""", "milliseconds")]
    [InlineData("""{ "retention": "1" }""", "minimal, full or archive")]
    [InlineData("""{ "pool-size": 0 }""", "1 to")]
    [InlineData("[1]", "one JSON object")]
    [InlineData("{ \"listen\":\n }", "line 2")]
    public void AWrongFileSaysWhereAndWhatIsExpected(string text, string expected)
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => NodeConfiguration.Load(Write(text), _ => null, []));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("node.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PathsInTheFileAreRelativeToTheFileAndNamesOfNetworksAreNoPaths()
    {
        NodeOptions options = NodeConfiguration.Load(Write("""{ "network": "genesis.json", "data": "node", "password-file": "/etc/password" }"""), _ => null, []);
        Assert.Equal((Path.Combine(_folder, "genesis.json"), Path.Combine(_folder, "node"), "/etc/password"), (options.Network, options.DataFolder, options.PasswordFile));
        Assert.Equal("testnet", NodeConfiguration.Load(Write("""{ "network": "testnet" }"""), _ => null, []).Network);
        Assert.Equal("genesis.json", NodeConfiguration.Load(null, _ => null, [new("network", "genesis.json")]).Network);
    }

    [Fact]
    public void ANodeKeyIsMadeOnceAndReadOnlyWhereNobodyElseCan()
    {
        string path = Path.Combine(_folder, "node.key");
        byte[] seed = NodeKeyFile.OpenOrCreate(path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(seed, NodeKeyFile.OpenOrCreate(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Throws<ConfigurationException>(() => NodeKeyFile.OpenOrCreate(path)).Message);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(path, "0x1234\n");
        Assert.Contains("not a node key", Assert.Throws<ConfigurationException>(() => NodeKeyFile.OpenOrCreate(path)).Message);
    }

    [Fact]
    public void NodeKeyMadeWithAPasswordOpensOnlyWithIt()
    {
        string path = Path.Combine(_folder, "node.key");
        byte[] seed = NodeKeyFile.OpenOrCreate(path, "rahasia");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.DoesNotContain(Convert.ToHexStringLower(seed), File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal(seed, NodeKeyFile.OpenOrCreate(path, "rahasia"));
        Assert.Contains("locked", Assert.Throws<ConfigurationException>(() => NodeKeyFile.OpenOrCreate(path)).Message);
        Assert.Contains("DSDN-E-KEY-PASSWORD", Assert.Throws<ConfigurationException>(() => NodeKeyFile.OpenOrCreate(path, "other")).Message);
    }

    [Fact]
    public void TwoProcessesCannotShareADataFolder()
    {
        using DataFolder first = DataFolder.Open(_folder);
        Assert.Throws<DataFolderInUseException>(() => DataFolder.Open(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string text)
    {
        string file = Path.Combine(_folder, "node.json");
        File.WriteAllText(file, text);
        return file;
    }
}
