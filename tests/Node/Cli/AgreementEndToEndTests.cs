using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Modules.Agreements;
using Dsdn.Genesis;

namespace Dsdn.Node.Tests.Cli;

/// <summary>Agreements from the command line on a real node: quoted, opened, extended, shared with a session key, closed.</summary>
public sealed class AgreementEndToEndTests(DevnetNode node) : IClassFixture<DevnetNode>
{
    [Fact]
    public async Task AgreementIsQuotedOpenedExtendedAndClosed()
    {
        using CliRun run = await WithKeyAsync("alice", 0);
        await run.ExpectAsync(0, "agreement quote 10GB --for 30d --json");
        Assert.Equal("20000000000000000000", run.Json.GetProperty("price").GetString());
        await run.ExpectAsync(0, "agreement quote 10GB --for 30d --coding 6+3 --lang id");
        Assert.Contains("10 NUSA", run.Out);

        run.Secrets = new Queue<string>();
        await run.ExpectAsync(1, "agreement open 10GB --for 30d", "n\n"); // the price stands in what is to be signed
        Assert.Contains("9.31 GiB, 30 d, copies: 20 NUSA", run.Error);
        await run.ExpectAsync(0, "agreement open 10GB --for 30d --yes --json");
        string id = run.Json.GetProperty("agreement").GetString()!;
        Assert.Equal(AgreementId.Of(GenesisTemplates.DevnetChainId, Address.Parse(run.Json.GetProperty("from").GetString()!), 1).ToString(), id);

        await run.ExpectAsync(0, "agreement list --json");
        JsonElement row = Assert.Single(run.Json.GetProperty("agreements").EnumerateArray());
        Assert.Equal((id, "open", 10_000_000_000UL, "copies"), (row.GetProperty("agreement").GetString(), row.GetProperty("status").GetString(), row.GetProperty("quota").GetUInt64(), row.GetProperty("coding").GetString()));
        ulong endMs = row.GetProperty("end").GetUInt64();
        await run.ExpectAsync(0, $"agreement topup {id} --for 15d --yes");
        await run.ExpectAsync(0, $"agreement show {id} --json");
        Assert.Equal((endMs + (15UL * 86_400_000), "30000000000000000000"), (run.Json.GetProperty("end").GetUInt64(), run.Json.GetProperty("escrow").GetString()));

        await run.ExpectAsync(0, $"agreement close {id} --yes");
        await run.ExpectAsync(0, $"agreement show {id} --json");
        Assert.Equal("closed", run.Json.GetProperty("status").GetString());
        Assert.Equal(run.Json.GetProperty("owed").GetString(), run.Json.GetProperty("escrow").GetString());
        await run.ExpectAsync(1, $"agreement close {id} --yes --json");
        Assert.Equal("DSDN-E-AGREEMENTS-CLOSED", run.Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task ShortAgreementSaysThatItEndsAndWhatIsNotOneIsRefused()
    {
        using CliRun run = await WithKeyAsync("bruno", 1);
        await run.ExpectAsync(2, "agreement quote 10XB --for 30d");
        Assert.Contains("DSDN-E-SIZE-SYNTAX", run.Error);
        await run.ExpectAsync(2, "agreement quote 10GB --for soon --lang id");
        Assert.Contains("bukan lama waktu", run.Error);
        await run.ExpectAsync(2, "agreement quote 10GB");
        await run.ExpectAsync(2, "agreement quote 10GB --for 1d --coding 9+9");
        await run.ExpectAsync(1, "agreement quote 2PiB --for 1d --json");
        Assert.Equal("DSDN-E-AGREEMENTS-QUOTA", run.Json.GetProperty("error").GetProperty("code").GetString());
        await run.ExpectAsync(1, "agreement open 1GiB --for 5s --yes --json");
        Assert.Equal("DSDN-E-AGREEMENTS-DURATION", run.Json.GetProperty("error").GetProperty("code").GetString());
        await run.ExpectAsync(1, "agreement show 0x" + new string('1', 64));
        await run.ExpectAsync(2, "agreement show 0x12");
    }

    [Fact]
    public async Task SessionKeyIsAddedListedAndRevoked()
    {
        using CliRun run = await WithKeyAsync("carla", 2);
        const string Key = "0x00000000000000000000000000000000000000aa";
        await run.ExpectAsync(0, $"agreement session add {Key} --scope all --for 1d --yes");
        await run.ExpectAsync(0, "agreement session list --json");
        Assert.Equal("all", Assert.Single(run.Json.GetProperty("sessions").EnumerateArray()).GetProperty("scopes").GetString());
        await run.ExpectAsync(0, $"agreement session revoke {Key} --yes");
        await run.ExpectAsync(0, "agreement session list --json");
        Assert.Empty(run.Json.GetProperty("sessions").EnumerateArray());
        await run.ExpectAsync(1, $"agreement session revoke {Key} --yes --json");
        Assert.Equal("DSDN-E-AGREEMENTS-SESSION-UNKNOWN", run.Json.GetProperty("error").GetProperty("code").GetString());
        await run.ExpectAsync(2, $"agreement session add {Key} --scope spend --for 1d --yes");
    }

    private async Task<CliRun> WithKeyAsync(string name, int account)
    {
        var run = new CliRun();
        run["DSDN_RPC"] = node.Url;
        run["DSDN_PASSWORD"] = CliRun.Password;
        await run.ExpectAsync(0, $"keys import {name} --index {account}", DevnetNode.Mnemonic);
        return run;
    }
}
