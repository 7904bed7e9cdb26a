using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Accounts;

namespace Dsdn.Node.Tests.Cli;

public sealed class KeysTests
{
    private const string Mnemonic = "test test test test test test test test test test test junk";
    private const string FirstAddress = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
    private const string ThirdAddress = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
    private const string FirstPrivateKey = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    [Fact]
    public async Task MnemonicFromStandardInputBecomesAnEncryptedKeyOfItsOwnerOnly()
    {
        using CliRun run = WithPassword();
        await run.ExpectAsync(0, "keys import alice --json", Mnemonic + "\n");
        Assert.Equal(FirstAddress, run.Json.GetProperty("address").GetString());
        string file = run.Json.GetProperty("file").GetString()!;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
        Assert.DoesNotContain(FirstPrivateKey[2..], File.ReadAllText(file));
        Assert.DoesNotContain("junk", File.ReadAllText(file));
        NothingSecretWasShown(run);
    }

    [Fact]
    public async Task OtherAccountOfAMnemonicIsChosenByIndex()
    {
        using CliRun run = WithPassword();
        await run.ExpectAsync(0, "keys import carol --index 2 --json", Mnemonic);
        Assert.Equal(ThirdAddress, run.Json.GetProperty("address").GetString());
    }

    [Fact]
    public async Task PrivateKeyAndKeystoreComeFromFiles()
    {
        using CliRun run = WithPassword();
        string secret = run.WriteFile("secret", FirstPrivateKey);
        await run.ExpectAsync(0, $"keys import a --file {secret}");
        await run.ExpectAsync(0, $"keys export a --out {run.Home}/exported.json");
        await run.ExpectAsync(0, $"keys import b --file {run.Home}/exported.json --json");
        Assert.Equal(FirstAddress, run.Json.GetProperty("address").GetString());
        NothingSecretWasShown(run);
    }

    [Fact]
    public async Task ListShowsNamesAndAddressesWithoutAPassword()
    {
        using CliRun run = WithPassword();
        await run.RunAsync("keys import bob", FirstPrivateKey);
        await run.RunAsync("keys import alice --index 2", Mnemonic);
        run["DSDN_PASSWORD"] = null;
        await run.ExpectAsync(0, "keys list --json");
        Assert.Equal(["alice", "bob"], run.Json.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("name").GetString()!));
        await run.ExpectAsync(0, "keys list");
        Assert.Contains(ThirdAddress, run.Out);
    }

    [Fact]
    public async Task NewKeyShowsItsMnemonicOnceToAPerson()
    {
        using CliRun run = WithPassword();
        run["DSDN_PASSWORD"] = null;
        run.Secrets = new Queue<string>([CliRun.Password, CliRun.Password]);
        await run.ExpectAsync(0, "keys new alice");
        string words = run.Error.Split('\n').Single(line => line.Trim().Split(' ').Length == 24).Trim();
        using Wallet wallet = Wallet.FromMnemonic(words);
        using Account account = wallet.Account(0);
        Assert.Contains(AddressText.Checksum(account.Address), run.Out);
        Assert.DoesNotContain(words, run.Out);
        Assert.DoesNotContain(CliRun.Password, run.Everything);
    }

    [Fact]
    public async Task NewKeyWithoutAPersonWritesTheMnemonicIntoAPrivateFile()
    {
        using CliRun run = WithPassword();
        await run.ExpectAsync(2, "keys new alice");
        await run.ExpectAsync(0, $"keys new alice --mnemonic-out {run.Home}/words");
        string words = File.ReadAllText($"{run.Home}/words").Trim();
        Assert.Equal(24, words.Split(' ').Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{run.Home}/words"));
        Assert.DoesNotContain(words, run.Everything);
    }

    [Fact]
    public async Task InitMakesHomeKeyAndSettingsAndChangesNothingTheSecondTime()
    {
        using CliRun run = WithPassword();
        await run.ExpectAsync(0, $"init --mnemonic-out {run.Home}/words --json");
        string address = run.Json.GetProperty("address").GetString()!;
        Assert.True(run.Json.GetProperty("created").GetBoolean());
        await run.ExpectAsync(0, "init --json");
        Assert.Equal(address, run.Json.GetProperty("address").GetString());
        Assert.False(run.Json.GetProperty("created").GetBoolean());
    }

    [Fact]
    public async Task RotatedKeyOpensWithTheNewPasswordOnly()
    {
        using CliRun run = WithPassword();
        await run.RunAsync("keys import alice", FirstPrivateKey);
        run["DSDN_NEW_PASSWORD"] = "another long password";
        await run.ExpectAsync(0, "keys rotate alice");
        await run.ExpectAsync(4, $"keys export alice --private-key --yes --out {run.Home}/out");
        run["DSDN_PASSWORD"] = "another long password";
        await run.ExpectAsync(0, $"keys export alice --private-key --yes --out {run.Home}/out");
        Assert.Equal(FirstPrivateKey, File.ReadAllText($"{run.Home}/out").Trim());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{run.Home}/out"));
        NothingSecretWasShown(run);
        Assert.DoesNotContain("another long password", run.Everything);
    }

    [Fact]
    public async Task WrongPasswordExits4AndIsNotRepeated()
    {
        using CliRun run = WithPassword();
        await run.RunAsync("keys import alice", FirstPrivateKey);
        run["DSDN_PASSWORD"] = "wrong wrong wrong";
        await run.ExpectAsync(4, $"keys export alice --private-key --yes --out {run.Home}/out --verbose");
        Assert.Contains("DSDN-E-KEY-PASSWORD", run.Error);
        Assert.DoesNotContain("wrong wrong wrong", run.Everything);
        Assert.False(File.Exists($"{run.Home}/out"));
    }

    [Theory]
    [InlineData("keys export nobody", "", 4)]
    [InlineData("keys import a", "0x1234", 4)]
    [InlineData("keys import a", "0x0000000000000000000000000000000000000000000000000000000000000000", 4)]
    [InlineData("keys import a", "test test test test test test test test test test test test", 4)] // checksum
    [InlineData("keys import a", "test test test test test test test test test test test jonk", 4)]
    [InlineData("keys import a", "{\"version\":3}", 4)]
    [InlineData("keys import ../a", FirstPrivateKey, 4)]
    [InlineData("keys import 0xabc", FirstPrivateKey, 4)]
    [InlineData("keys import a --file /nonexistent", "", 2)]
    [InlineData("keys export a --private-key", "", 4)] // no such key
    public async Task WrongInputExitsWithItsClassAndWritesNothing(string line, string input, int exit)
    {
        using CliRun run = WithPassword();
        await run.ExpectAsync(exit, line + " --verbose", input);
        Assert.False(Directory.Exists(Path.Combine(run.Home, "keys")) && Directory.EnumerateFiles(Path.Combine(run.Home, "keys")).Any());
        if (input.Length > 0) Assert.DoesNotContain(input, run.Everything);
        Assert.DoesNotContain("jonk", run.Everything);
    }

    [Fact]
    public async Task ExistingKeyIsNeverOverwritten()
    {
        using CliRun run = WithPassword();
        await run.RunAsync("keys import alice", FirstPrivateKey);
        string before = File.ReadAllText(Path.Combine(run.Home, "keys", "alice.json"));
        await run.ExpectAsync(4, "keys import alice", Mnemonic);
        Assert.Contains("DSDN-E-KEY-EXISTS", run.Error);
        Assert.Equal(before, File.ReadAllText(Path.Combine(run.Home, "keys", "alice.json")));
    }

    [Fact]
    public async Task KeyFileThatOthersMayReadIsRefused()
    {
        using CliRun run = WithPassword();
        await run.RunAsync("keys import alice", FirstPrivateKey);
        string file = Path.Combine(run.Home, "keys", "alice.json");
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherRead);
        await run.ExpectAsync(4, "keys export alice");
        Assert.Contains("DSDN-E-KEY-EXPOSED", run.Error);
    }

    [Fact]
    public async Task ShortOrMistypedNewPasswordIsRefused()
    {
        using CliRun run = WithPassword();
        run["DSDN_PASSWORD"] = "short";
        await run.ExpectAsync(4, "keys import a", FirstPrivateKey);
        Assert.Contains("DSDN-E-KEY-PASSWORD-SHORT", run.Error);
        run["DSDN_PASSWORD"] = null;
        run.Secrets = new Queue<string>([FirstPrivateKey, CliRun.Password, CliRun.Password + "x"]);
        await run.ExpectAsync(4, "keys import a");
        Assert.Contains("DSDN-E-KEY-PASSWORD-MISMATCH", run.Error);
        run.Secrets = null;
        await run.ExpectAsync(4, "keys import a", FirstPrivateKey);
        Assert.Contains("DSDN-E-KEY-PASSWORD-MISSING", run.Error);
    }

    private static CliRun WithPassword()
    {
        var run = new CliRun();
        run["DSDN_PASSWORD"] = CliRun.Password;
        return run;
    }

    private static void NothingSecretWasShown(CliRun run)
    {
        Assert.DoesNotContain(FirstPrivateKey[2..], run.Everything);
        Assert.DoesNotContain("junk", run.Everything);
        Assert.DoesNotContain(CliRun.Password, run.Everything);
    }
}
