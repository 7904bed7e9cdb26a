using System.Text.Json;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Log.Events;
using Dsdn.Host;
using Dsdn.Log.Following;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;
using Dsdn.Node.Archive;
using Dsdn.Node.Tests.Cli;

namespace Dsdn.Node.Tests.Archive;

/// <summary><c>dsdn log</c> on a folder that a store may be writing.</summary>
public sealed class LogCommandsTests
{
    [Fact]
    public async Task AuditorReadsReplaysAndLearnsWhyAnEventWasSkipped()
    {
        using ArchiveFolder folder = new();
        using CliRun cli = new() { Host = static context => [LogCommand.Create(context)] };
        SampleLog log = new(checkpointEverySeqs: 2);
        log.WithNodes(1, 1).Commit();
        NodeStats stats = new([], 1, 1, 1, 1, 1, 1);
        AppliedBatch second = log.Node("n0", stats).Node("stranger", stats).Commit();
        log.Commit();
        using LogStore store = LogStore.Open(Path.Combine(folder.Path, "log"), log.Genesis, Sequential.Instance, FollowerLimits.Default, rootsPerCheckpoint: 1);
        foreach (byte[] envelope in log.Envelopes) store.Offer(envelope);

        JsonElement tail = await Json(cli, "log", "tail", "--data", folder.Path, "--count", "2");
        Assert.Equal([2UL, 3UL], tail.GetProperty("batches").EnumerateArray().Select(batch => batch.GetProperty("seq").GetUInt64()));

        JsonElement show = await Json(cli, "log", "show", "2", "--data", folder.Path);
        Assert.Equal(["", "DSDN-E-LOG-NODE-NOT-ACTIVE"], show.GetProperty("events").EnumerateArray().Select(entry => entry.GetProperty("code").GetString()));
        JsonElement why = await Json(cli, "log", "why", second.Events[1].Id.ToString(), "--data", folder.Path);
        Assert.Equal((2UL, false), (why.GetProperty("events")[0].GetProperty("seq").GetUInt64(), why.GetProperty("events")[0].GetProperty("applied").GetBoolean()));

        string exported = Path.Combine(folder.Path, "log.dsdnlog");
        await Json(cli, "log", "export", exported, "--data", folder.Path);
        foreach (string from in (string[])["genesis", "checkpoint", exported])
        {
            JsonElement replay = await Json(cli, "log", "replay", "--data", folder.Path, "--from", from);
            Assert.Equal(log.State.Roots().State.ToString(), replay.GetProperty("stateRoot").GetString());
            Assert.Equal(from == "checkpoint" ? 1UL : 3UL, replay.GetProperty("replayedBatches").GetUInt64());
        }
        Assert.True((await Json(cli, "log", "verify", "--data", folder.Path)).GetProperty("valid").GetBoolean());

        store.Archive.PutPointer(2, new Dsdn.Chain.Log.Availability.CelestiaPointer(9, new byte[29], 0, LogKeys.Word("commitment"), 10, LogKeys.Word("other bytes")));
        Assert.Equal(5, await cli.RunAsync(["log", "verify", "--data", folder.Path, "--json"]));
        Assert.Equal(2, await cli.RunAsync(["log", "show", "9", "--data", folder.Path]));
        Assert.Equal(2, await cli.RunAsync(["log", "why", LogKeys.Word("nothing").ToString(), "--data", folder.Path]));
        Assert.Equal(2, await cli.RunAsync(["log", "tail", "--data", cli.Home]));
    }

    private static async Task<JsonElement> Json(CliRun cli, params string[] args)
    {
        Assert.Equal(0, await cli.RunAsync([.. args, "--json"]));
        return cli.Json;
    }
}
