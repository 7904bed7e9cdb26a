using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Configuration;

namespace Dsdn.CelestiaClient.Tests.Configuration;

public sealed class DaConfigurationTests : IDisposable
{

    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-da-config").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static DaFailure Load(string? layer, out CelestiaOptions? options, params (string Name, string Text)[] set) =>
        DaConfiguration.TryLoad(layer, name => set.Where(one => one.Name == name).Select(static one => one.Text).FirstOrDefault(), null, out options);

    private static CelestiaOptions Loaded(params (string Name, string Text)[] set)
    {
        DaFailure failure = Load("env", out CelestiaOptions? options, [.. set, ("DA_RPC_URL", "http://one:26658"), ("DA_NAMESPACE", TestNames.Good)]);
        Assert.True(failure.IsNone, failure.ToString());
        return options!;
    }

    private static class TestNames
    {
        public const string Good = "00000000000000000000000000000000000000" + "64736474657374313233";
    }

    [Fact]
    public void EverythingComesFromTheEnvironment()
    {
        CelestiaOptions options = Loaded(
            ("DA_AUTH_TOKEN", "secret"), ("DA_TIMEOUT_MS", "1500"), ("DA_RETRY_COUNT", "7"), ("DA_RETRY_DELAY_MS", "20"), ("DA_CHAIN_ID", "mocha-4"), ("DA_GAS_PRICE", "0.006"),
            ("DA_MAX_GAS_PRICE", "0.1"), ("DA_TX_PRIORITY", "high"), ("DA_SIGNER", "celestia1xyz"), ("DA_BLOB_BYTES_MAX", "500000"), ("DA_API_VERSION", "v0.28"),
            ("DA_TRUST", "5:ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB"));
        Assert.Equal("http://one:26658", options.Endpoints.Single().Name);
        Assert.Equal((1_500, 7, 20, "mocha-4"), (options.Timeouts.ReadMs, options.RetryCount, options.RetryDelayMs, options.ChainId));
        Assert.Equal((new GasPrice(6_000_000), new GasPrice(100_000_000), TransactionPriority.High), (options.Price, options.PriceMax, options.Priority));
        Assert.Equal(("celestia1xyz", 500_000, NodeVersion.V0_28), (options.SignerAddress, options.BlobBytesMax, options.Version));
        Assert.Equal(5UL, options.Trusted!.Height);
        Assert.Equal(TestNames.Good, options.Namespace.ToString());
        Assert.False(options.TrustsOnFirstUse);
    }

    [Fact]
    public void StandardsAreThoseOfTheRoadmap()
    {
        CelestiaOptions options = Loaded();
        Assert.Equal((30_000, 3, 1_000), (options.Timeouts.ReadMs, options.RetryCount, options.RetryDelayMs));
        Assert.Equal(2 * 1024 * 1024, options.BlobBytesMax);
    }

    [Fact]
    public void TimeoutBoundsReadsOnly()
    {
        CelestiaOptions options = Loaded(("DA_TIMEOUT_MS", "100"));
        Assert.Equal((100, 120_000), (options.Timeouts.ReadMs, options.Timeouts.SubmitMs));
    }

    [Theory]
    [InlineData("DA_TIMEOUT_MS", "99")]
    [InlineData("DA_TIMEOUT_MS", "30s")]
    [InlineData("DA_RETRY_COUNT", "11")]
    [InlineData("DA_RETRY_COUNT", "-1")]
    [InlineData("DA_RETRY_DELAY_MS", "0")]
    [InlineData("DA_BLOB_BYTES_MAX", "7340033")]
    [InlineData("DA_GAS_PRICE", "cheap")]
    [InlineData("DA_TX_PRIORITY", "3")]
    [InlineData("DA_API_VERSION", "v0.29")]
    [InlineData("DA_TRUST", "5")]
    [InlineData("DA_TRUST", "0:ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB")]
    [InlineData("DA_SIGNER", "a b")]
    public void UnacceptableTextNamesItsVariable(string name, string text)
    {
        DaFailure failure = Load(null, out CelestiaOptions? options, (name, text), ("DA_RPC_URL", "http://one"), ("DA_NAMESPACE", TestNames.Good));
        Assert.Null(options);
        Assert.Equal(DaCodes.Configuration, failure.Code);
        Assert.StartsWith(name, failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryVariableHasAFlagButTheToken() =>
        Assert.All(DaVariable.All, static one => Assert.Equal(one.Name == "DA_AUTH_TOKEN", one.Flag is null));

    /// <summary>The roadmap's sample: Celestia has no such version for blobs.</summary>
    [Fact]
    public void SampleNamespaceOfVersionOneIsRefusedAndCorrected()
    {
        const string Sample = "0102030405060708091011121314151617181920212223242526272829";
        DaFailure failure = Load("env", out CelestiaOptions? options, ("DA_RPC_URL", "http://one"), ("DA_NAMESPACE", Sample));
        Assert.Null(options);
        Assert.Equal("DSDN-E-DA-NAMESPACE", failure.Code);
        Assert.Contains("0000000000000000000000000000000000000020212223242526272829", failure.Detail, StringComparison.Ordinal);
        Assert.True(NamespaceText.TryParse("0000000000000000000000000000000000000020212223242526272829", out _, out _).IsNone);
    }

    [Theory]
    [InlineData("0102030405060708", "00000000000000000000000000000000000000" + "00000102030405060708")] // the eight bytes of old integrations
    [InlineData("ff00000000000000000000000000000000000000000000000102030405", "00000000000000000000000000000000000000" + "00000000000102030405")]
    [InlineData("00000000000000000000000000000000000000000000000000000000ff", null)] // reserved, and nothing else is meant
    [InlineData("00", null)]
    [InlineData("xyz", null)]
    [InlineData("", null)]
    [InlineData("000102030405060708091011121314151617181920212223242526272829303132", null)]
    public void OtherNamespacesAreRefusedWithACorrectionWhereThereIsOne(string text, string? corrected)
    {
        Assert.Equal(DaCodes.Namespace, NamespaceText.TryParse(text, out _, out string? suggested).Code);
        Assert.Equal(corrected, suggested);
    }

    [Fact]
    public void MissingVariablesAreNamed()
    {
        Assert.Contains("DA_RPC_URL", Load("env", out _).Detail, StringComparison.Ordinal);
        Assert.Contains("DA_NAMESPACE", Load("env", out _, ("DA_RPC_URL", "http://one")).Detail, StringComparison.Ordinal);
        Assert.Contains("DA_NAMESPACE", Load("http://one", out _).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void MockIsTheDevelopmentServerAtItsStandardAddress()
    {
        string token = Path.Combine(_folder, "write.jwt");
        File.WriteAllText(token, "abc\n");
        Assert.True(DaConfiguration.TryLoad("mock", static _ => null, token, out CelestiaOptions? options).IsNone);
        Assert.Equal("http://127.0.0.1:26658", options!.Endpoints.Single().Name);
        Assert.Equal(token, options.Endpoints.Single().Token.File);
        Assert.True(options.TrustsOnFirstUse);
        Assert.True(options.Namespace.IsForBlobs);
        Assert.True(DaConfiguration.TryLoad("mock", static _ => null, null, out options).IsNone);
        Assert.True(options!.Endpoints.Single().Token.IsNone);
    }

    [Fact]
    public void SeveralEndpointsTakeOneTokenOrAsManyAsThereAre()
    {
        (string, string)[] common = [("DA_RPC_URL", "http://one, https://two:1/da"), ("DA_NAMESPACE", TestNames.Good)];
        Assert.True(Load(null, out CelestiaOptions? options, [.. common, ("DA_AUTH_TOKEN", "a,b")]).IsNone);
        Assert.Equal(["http://one", "https://two:1/da"], options!.Endpoints.Select(static one => one.Name));
        Assert.True(Load(null, out _, [.. common, ("DA_AUTH_TOKEN", "a")]).IsNone);
        Assert.Equal(DaCodes.Configuration, Load(null, out _, [.. common, ("DA_AUTH_TOKEN", "a,b,c")]).Code);
        Assert.Equal(DaCodes.Configuration, Load(null, out _, [.. common, ("DA_AUTH_TOKEN", "a"), ("DA_AUTH_TOKEN_FILE", "f")]).Code);
        Assert.Equal(DaCodes.Configuration, Load(null, out _, ("DA_RPC_URL", string.Join(',', Enumerable.Repeat("http://x", 9))), ("DA_NAMESPACE", TestNames.Good)).Code);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("line\nInjected: header")]
    [InlineData("é")]
    public void TokenThatNoHeaderCanHoldIsRefusedWithoutRepeatingIt(string token)
    {
        DaFailure failure = Load(null, out _, ("DA_RPC_URL", "http://one"), ("DA_NAMESPACE", TestNames.Good), ("DA_AUTH_TOKEN", token));
        Assert.Equal(DaCodes.Configuration, failure.Code);
        Assert.DoesNotContain(token, failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://one")]
    [InlineData("one:26658")]
    [InlineData("http://user:secret@one")]
    [InlineData("http://one/?token=secret")]
    public void AddressWithASecretOrOfAnotherSchemeIsRefusedWithoutRepeatingIt(string url)
    {
        DaFailure failure = Load(null, out CelestiaOptions? options, ("DA_RPC_URL", url), ("DA_NAMESPACE", TestNames.Good));
        Assert.Null(options);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TokenFileThatDoesNotExistIsNamed()
    {
        DaFailure failure = Load(null, out _, ("DA_RPC_URL", "http://one"), ("DA_NAMESPACE", TestNames.Good), ("DA_AUTH_TOKEN_FILE", "/nowhere/token"));
        Assert.Equal(DaCodes.TokenFile, failure.Code);
        Assert.Contains("/nowhere/token", failure.Detail, StringComparison.Ordinal);
    }
}
