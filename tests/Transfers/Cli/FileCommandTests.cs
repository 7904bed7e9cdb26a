using System.Security.Cryptography;
using System.Text.Json;
using Dsdn.Chain.Wallet.Keystore;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Cli.Keys;
using Dsdn.Sdk.Accounts;
using Dsdn.Transfers.Tests.Doubles;

namespace Dsdn.Transfers.Tests.Cli;

/// <summary>The file commands as a person runs them, against doubles of the network.</summary>
public sealed class FileCommandTests : IAsyncLifetime
{
    private const string Password = "correct horse battery";

    private readonly StringWriter _out = new(), _error = new();
    private readonly MemoryStream _output = new();
    private TransferRig _rig = null!;
    private ScriptedRpc _rpc = null!;
    private string _home = "";
    private byte[] _input = [];

    public async ValueTask InitializeAsync()
    {
        _rig = await TransferRig.StartAsync(nodes: 3);
        _rpc = new ScriptedRpc(_rig.Log.Chain) { Sets = { (1, _rig.Log.Validators.Set) } };
        _home = Path.Combine(_rig.Folder, "home");
        new KeyDirectory(Path.Combine(_home, "keys"), ScryptCost.Light).Add("main", _rig.Account, Password);
    }

    public async ValueTask DisposeAsync()
    {
        _rpc.Dispose();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task AFileGoesUpIsListedComesBackIsSharedAndGivenUp()
    {
        string path = _rig.Write("report.pdf", 3 << 20);
        JsonElement uploaded = await JsonAsync("upload", path, "--agreement", TransferRig.Agreement.ToString(), "--yes");
        Assert.Equal("certified", uploaded.GetProperty("state").GetString());
        string id = uploaded.GetProperty("id").GetString()!;

        JsonElement listed = Assert.Single((await JsonAsync("ls")).GetProperty("uploads").EnumerateArray());
        Assert.Equal(("report.pdf", id), (listed.GetProperty("name").GetString(), listed.GetProperty("id").GetString()));
        JsonElement status = await JsonAsync("status", "report.pdf");
        Assert.Equal(("whole", 2), (status.GetProperty("state").GetString(), status.GetProperty("margin").GetInt32()));

        await RunAsync(0, "get", "report.pdf", _rig.Target + "/");
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(_rig.Target, "report.pdf")));
        await RunAsync(2, "get", "report.pdf", _rig.Target + "/");
        Assert.Contains("DSDN-E-TRANSFER-TARGET-EXISTS", _error.ToString(), StringComparison.Ordinal);
        await RunAsync(0, "get", id[..12], "-", "--range", "10-19");
        Assert.Equal(File.ReadAllBytes(path)[10..20], _output.ToArray());

        string link = (await JsonAsync("share", "report.pdf", "--link", "--yes")).GetProperty("link").GetString()!;
        await RunAsync(0, "get", link, Path.Combine(_rig.Target, "shared.pdf"));
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(_rig.Target, "shared.pdf")));

        await RunAsync(0, "rm", "report.pdf", "--yes");
        Assert.DoesNotContain("proved", _out.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Empty((await JsonAsync("ls")).GetProperty("uploads").EnumerateArray());
        await RunAsync(2, "get", "report.pdf", _rig.Target + "/x/");
        Assert.Contains("DSDN-E-TRANSFER-UNKNOWN", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task APartOfAnUploadIsSharedAlone()
    {
        _rig.Write("album/a.jpg", 100);
        _rig.Write("album/b.jpg", 200);
        await RunAsync(0, "upload", Path.Combine(_rig.Source, "album"), "--agreement", TransferRig.Agreement.ToString(), "--yes");
        string link = (await JsonAsync("share", "album/b.jpg", "--link", "--yes")).GetProperty("link").GetString()!;
        await RunAsync(0, "get", link, _rig.Target + "/");
        Assert.Equal(["b.jpg"], Directory.EnumerateFileSystemEntries(_rig.Target).Select(Path.GetFileName));
        await RunAsync(2, "rm", "album/a.jpg", "--yes");
        Assert.Contains("DSDN-E-TRANSFER-ONLY-WHOLE", _error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The log gives up whole uploads only: whatever else is named changes nothing, and the advice that is given works.</summary>
    [Theory]
    [InlineData("album/a.jpg", "DSDN-E-TRANSFER-ONLY-WHOLE")]
    [InlineData("album/deep", "DSDN-E-TRANSFER-ONLY-WHOLE")]
    [InlineData("album/none.jpg", "DSDN-E-TRANSFER-UNKNOWN")]
    [InlineData("album/../album", "DSDN-E-TRANSFER-UNKNOWN")]
    [InlineData("alb", "DSDN-E-TRANSFER-UNKNOWN")]
    public async Task OnlyWholeUploadsAreGivenUp(string named, string code)
    {
        _rig.Write("album/a.jpg", 100);
        _rig.Write("album/deep/b.jpg", 200);
        await RunAsync(0, "upload", Path.Combine(_rig.Source, "album"), "--agreement", TransferRig.Agreement.ToString(), "--yes");
        int events = _rig.Log.Events.Count;
        await RunAsync(2, "rm", named, "--yes", "--json");
        JsonElement error = JsonDocument.Parse(_out.ToString()).RootElement.GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(events, _rig.Log.Events.Count);
        await RunAsync(0, "get", "album", _rig.Target + "/");
        if (code != "DSDN-E-TRANSFER-ONLY-WHOLE") return;
        string advised = error.GetProperty("suggestion").GetString()!.Split("dsdn ")[1];
        await RunAsync(0, [.. advised.Split(' '), "--yes"]);
        Assert.Empty((await JsonAsync("ls")).GetProperty("uploads").EnumerateArray());
    }

    /// <summary>Two names of one upload are one thing in the log.</summary>
    [Fact]
    public async Task OneOfTheNamesOfAnUploadIsAPartOfIt()
    {
        await RunAsync(0, "upload", _rig.Write("a.txt", 10), _rig.Write("b.txt", 10), "--agreement", TransferRig.Agreement.ToString(), "--yes");
        await RunAsync(2, "rm", "a.txt", "--yes");
        Assert.Contains("DSDN-E-TRANSFER-ONLY-WHOLE", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AShareForAWalletIsOpenedByItAndByNoOther()
    {
        string path = _rig.Write("album/a.jpg", 100);
        _rig.Write("album/b.jpg", 200);
        using Account friend = AddWallet("friend"), stranger = AddWallet("stranger");
        await RunAsync(0, "upload", Path.Combine(_rig.Source, "album"), "--from", "main", "--agreement", TransferRig.Agreement.ToString(), "--yes");
        string key = (await JsonAsync("share", "--key", "--from", "friend")).GetProperty("key").GetString()!;
        string link = (await JsonAsync("share", "album/a.jpg", "--to", key, "--from", "main", "--yes")).GetProperty("link").GetString()!;
        Assert.StartsWith("dsdn://for#v1.", link, StringComparison.Ordinal);
        Assert.NotEqual(link, (await JsonAsync("share", "album", "--to", key, "--from", "main", "--yes")).GetProperty("link").GetString());

        await RunAsync(0, "get", link, _rig.Target + "/", "--from", "friend");
        Assert.Equal(["a.jpg"], Directory.EnumerateFileSystemEntries(_rig.Target).Select(Path.GetFileName));
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(_rig.Target, "a.jpg")));

        string elsewhere = Path.Combine(_rig.Folder, "elsewhere") + "/";
        foreach (string other in (string[])["stranger", "main"])
        {
            await RunAsync(4, "get", link, elsewhere, "--from", other);
            Assert.Contains("DSDN-E-TRANSFER-LINK-OTHER", _error.ToString(), StringComparison.Ordinal);
        }
        await RunAsync(2, "get", link[..^1], elsewhere, "--from", "friend");
        Assert.Contains("DSDN-E-TRANSFER-LINK", _error.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(elsewhere));
    }

    [Theory]
    [InlineData("DSDN-E-USAGE-VALUE", "--to", "0x12")]
    [InlineData("DSDN-E-USAGE-VALUE", "--to", "0x0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("DSDN-E-USAGE-MISSING", "--link", "--to", "0x0900000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("DSDN-E-USAGE-MISSING")]
    public async Task AShareNamesOneReceiver(string code, params string[] options)
    {
        await RunAsync(2, ["share", "a.txt", "--yes", .. options]);
        Assert.Contains(code, _error.ToString(), StringComparison.Ordinal);
        await RunAsync(2, "share", "--link");
        Assert.Contains("DSDN-E-USAGE-MISSING", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3x", "3x", 3)]
    [InlineData("copies", "3x", 3)]
    [InlineData("6+3", "6+3", 1)]
    public async Task CodingIsWhatWasAskedFor(string asked, string shown, int least)
    {
        JsonElement plan = await JsonAsync("upload", _rig.Write("a.bin", 1 << 20), "--agreement", TransferRig.Agreement.ToString(), "--coding", asked, "--dry-run");
        Assert.Equal(shown, plan.GetProperty("coding").GetString());
        Assert.InRange(plan.GetProperty("stored").GetInt64(), (long)least << 20, (least + 1L) << 20);
    }

    /// <summary>Refused before anything is read, asked or sent, with advice that says what fits.</summary>
    [Theory]
    [InlineData("copies|3x|6+3", "upload", "--coding", "2x")]
    [InlineData("copies|3x|6+3", "upload", "--coding", "6 + 3")]
    [InlineData("copies|3x|6+3", "upload", "--coding", "6+4")]
    [InlineData("copies|3x|6+3", "upload", "--coding", " ")]
    [InlineData("placed, certified, anchored", "upload", "--wait", "forever")]
    [InlineData("placed, certified, anchored", "upload", "--wait", "Placed")]
    [InlineData("1 - 3650", "upload", "--days", "0")]
    [InlineData("1 - 3650", "upload", "--days", "3651")]
    [InlineData("1 - 3650", "upload", "--days", "-1")]
    [InlineData("1 - 3650", "upload", "--days", "1.5")]
    [InlineData("type/subtype", "upload", "--content-type", "text")]
    [InlineData("[id@]host:port", "upload", "--coordinator", "nowhere")]
    [InlineData("0-99, 100-", "get", "--range", "9-1")]
    [InlineData("0-99, 100-", "get", "--range", "a-b")]
    [InlineData("0-99, 100-", "get", "--range", "-5")]
    [InlineData("0-99, 100-", "get", "--range", "5")]
    public async Task AnOptionWithAWrongValueIsRefused(string fits, string command, string option, string value)
    {
        string path = _rig.Write("a.bin", 100);
        await RunAsync(2, command == "get" ? ["get", "nothing", "-", $"{option}={value}"] : ["upload", path, "--agreement", TransferRig.Agreement.ToString(), "--yes", $"{option}={value}"]);
        string said = _error.ToString();
        Assert.Contains("DSDN-E-USAGE-VALUE", said, StringComparison.Ordinal);
        Assert.Contains(fits, said, StringComparison.Ordinal);
        Assert.Contains($"{option} does not take \"{value}\"", said, StringComparison.Ordinal);
        Assert.Empty(_rig.Log.Events);
        Assert.Equal(0, _output.Length);
    }

    [Fact]
    public async Task StandardInputGoesUpUnderAName()
    {
        _input = RandomNumberGenerator.GetBytes(70_000);
        await RunAsync(0, "upload", "-", "--name", "piped", "--agreement", TransferRig.Agreement.ToString(), "--yes");
        await RunAsync(0, "get", "piped", "-");
        Assert.Equal(_input, _output.ToArray());
    }

    [Fact]
    public async Task SharesOpenTheFilesWithoutTheWallet()
    {
        string path = _rig.Write("a.txt", 500), shares = Path.Combine(_rig.Folder, "shares"), root = Path.Combine(_rig.Folder, "root.json");
        await RunAsync(0, "upload", path, "--agreement", TransferRig.Agreement.ToString(), "--yes");
        await RunAsync(0, "recover", "shares", "--out", shares, "--yes");
        Assert.Equal(3, Directory.GetFiles(shares).Length);
        await RunAsync(0, "recover", "restore", "--share-file", Path.Combine(shares, "share-3.txt"), "--share-file", Path.Combine(shares, "share-1.txt"), "--owner", _rig.Account.Address.ToString(), "--out", root);
        Directory.Delete(Path.Combine(_home, "keys"), recursive: true);
        await RunAsync(0, "get", "a.txt", _rig.Target + "/", "--recovered", root);
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(_rig.Target, "a.txt")));
        foreach (string word in File.ReadAllText(Path.Combine(shares, "share-1.txt")).Split(' ', StringSplitOptions.TrimEntries).Take(4).Skip(2))
            Assert.DoesNotContain($" {word} ", _out.ToString() + _error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWrongShareIsNamedByItsNumberAndNeverShown()
    {
        string shares = Path.Combine(_rig.Folder, "shares");
        await RunAsync(0, "recover", "shares", "--out", shares, "--yes");
        string first = Path.Combine(shares, "share-1.txt"), second = Path.Combine(shares, "share-2.txt");
        string[] words = File.ReadAllText(second).Trim().Split(' ');
        File.WriteAllText(second, string.Join(' ', [.. words[..7], "xylophone", .. words[8..]]));
        await RunAsync(4, "recover", "restore", "--share-file", first, "--share-file", second, "--owner", _rig.Account.Address.ToString(), "--out", Path.Combine(_rig.Folder, "root.json"));
        Assert.Contains("DSDN-E-RECOVERY-SHARE", _error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("xylophone", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingIsSentBeforeItIsSaidWhatItTakes()
    {
        string path = _rig.Write("a.bin", 1 << 20);
        JsonElement plan = await JsonAsync("upload", path, "--agreement", TransferRig.Agreement.ToString(), "--dry-run");
        Assert.Equal((false, 1, 1L << 20), (plan.GetProperty("sent").GetBoolean(), plan.GetProperty("files").GetInt32(), plan.GetProperty("content").GetInt64()));
        Assert.Empty(_rig.Log.Events);
    }

    [Theory]
    [InlineData("en", "No coordinator answers")]
    [InlineData("id", "Tidak ada koordinator")]
    public async Task WhereNobodyAnswersItIsSaidInTheUsersLanguage(string language, string words)
    {
        string path = _rig.Write("a.bin", 10);
        await RunAsync(3, "upload", path, "--agreement", TransferRig.Agreement.ToString(), "--yes", "--lang", language, "--coordinator", "127.0.0.1:1");
        Assert.Contains(words, _error.ToString(), StringComparison.Ordinal);
    }

    private Account AddWallet(string name)
    {
        Account made = Account.FromPrivateKey(RandomNumberGenerator.GetBytes(32));
        new KeyDirectory(Path.Combine(_home, "keys"), ScryptCost.Light).Add(name, made, Password);
        return made;
    }

    private async Task<JsonElement> JsonAsync(params string[] args)
    {
        await RunAsync(0, [.. args, "--json"]);
        return JsonDocument.Parse(_out.ToString()).RootElement;
    }

    private async Task RunAsync(int exit, params string[] args)
    {
        _out.GetStringBuilder().Clear();
        _error.GetStringBuilder().Clear();
        _output.SetLength(0);
        var terminal = new Terminal
        {
            Out = _out, Error = _error, In = TextReader.Null, IsInteractive = false, IsRich = false, ReadSecretLine = () => null, KeyCosts = KeyCosts.Light,
            OpenInput = () => new MemoryStream(_input), OpenOutput = () => new Unclosed(_output), Environment = name => name switch
            {
                "DSDN_HOME" => _home, "DSDN_RPC" => _rpc.Url, "DSDN_PASSWORD" => Password, "DSDN_COORDINATOR" => $"127.0.0.1:{_rig.Log.Port}", "HOME" => _home, _ => null,
            },
        };
        int actual = await CommandLine.RunAsync(args, terminal, null, TestContext.Current.CancellationToken);
        Assert.True(actual == exit, $"dsdn {string.Join(' ', args)}: exit {actual}, expected {exit}\n{_out}{_error}");
    }

    /// <summary>What was written is read after the command closed it.</summary>
    private sealed class Unclosed(MemoryStream to) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => to.Length;

        public override long Position { get => to.Position; set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => to.Write(buffer, offset, count);

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
