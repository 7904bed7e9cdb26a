using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Log;
using Dsdn.Log.Following;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;

namespace Dsdn.Log.Tests.State;

/// <summary>
/// Roots of a scripted log after each batch against the second implementation (tests/Chain/Log/second/state.py), which was written from docs/log-state.md.
/// With DSDN_REGENERATE=1 the log is written anew; then run state.py on it for the roots.
/// </summary>
public sealed class SecondImplementationTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "State");

    [Theory]
    [InlineData("scripted")]
    [InlineData("agreements")]
    public void RootsOfTheScriptedLogAreTheRecordedOnes(string script)
    {
        (LogGenesis genesis, List<byte[]> envelopes) = Read(File.ReadAllBytes(Path.Combine(Folder, $"{script}.dsdnlog")));
        using JsonDocument recorded = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, $"{script}-roots.json")));
        LogState state = new(genesis, Sequential.Instance);
        int at = 0;
        LogVerdict verdict = LogReplay.Run(state, envelopes.Select(envelope => (ReadOnlyMemory<byte>)envelope), LogCheck.Full, Sequential.Instance, batch =>
        {
            JsonElement roots = recorded.RootElement[at++];
            Assert.Equal(
                (roots.GetProperty("seq").GetUInt64(), roots.GetProperty("data").GetString(), roots.GetProperty("operations").GetString(), roots.GetProperty("state").GetString()),
                (batch.Seq, state.Roots().Data.ToString(), state.Roots().Operations.ToString(), state.Roots().State.ToString()));
        });
        Assert.True(verdict.IsValid, verdict.Detail);
        Assert.Equal(recorded.RootElement.GetArrayLength(), at);
    }

    [Theory]
    [InlineData("scripted")]
    [InlineData("agreements")]
    public void ScriptedLogIsWhatTheScriptMakes(string script)
    {
        SampleLog log = script == "scripted" ? ScriptedLog.Make() : ScriptedLog.MakeWithAgreements();
        byte[] made = Write(log.Genesis, log.Envelopes);
        if (Environment.GetEnvironmentVariable("DSDN_REGENERATE") == "1" && Sources() is { } sources) File.WriteAllBytes(Path.Combine(sources, $"{script}.dsdnlog"), made);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Folder, $"{script}.dsdnlog")), made);
    }

    [Theory]
    [InlineData("scripted")]
    [InlineData("agreements")]
    public async Task RecordedRootsAreWhatTheSecondImplementationMakes(string script)
    {
        ProcessStartInfo start = new("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["-B", Path.Combine(Folder, "second", "state.py"), Path.Combine(Folder, $"{script}.dsdnlog")]) start.ArgumentList.Add(argument);
        try
        {
            using Process process = Process.Start(start) ?? throw new InvalidOperationException("no process");
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await errors);
            Assert.Equal(File.ReadAllText(Path.Combine(Folder, $"{script}-roots.json")), output);
        }
        catch (Win32Exception)
        {
            Assert.Skip("python3 is not on this machine");
        }
    }

    /// <summary>As dsdn log export writes it: "DSDNLOG1", then u32 length and bytes of what it starts from and of each envelope.</summary>
    private static byte[] Write(LogGenesis genesis, IEnumerable<byte[]> envelopes)
    {
        Dsdn.Chain.Log.Wire.LogWriter writer = new();
        writer.Bytes("DSDNLOG1"u8).Prefixed(LogGenesisCodec.Encode(genesis));
        foreach (byte[] envelope in envelopes) writer.Prefixed(envelope);
        return writer.ToArray();
    }

    private static (LogGenesis Genesis, List<byte[]> Envelopes) Read(byte[] bytes)
    {
        Dsdn.Chain.Log.Wire.LogReader reader = new(bytes);
        Assert.Equal("DSDNLOG1"u8.ToArray(), reader.Bytes(8).ToArray());
        Assert.Equal(LogFault.None, LogGenesisCodec.TryDecode(reader.Prefixed(LogGenesisCodec.BytesMax), out LogGenesis? genesis));
        List<byte[]> envelopes = [];
        while (reader.Left > 0) envelopes.Add(reader.Prefixed(1 << 21).ToArray());
        return (Expect.There(genesis), envelopes);
    }

    private static string? Sources()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Directory.Exists(Path.Combine(at.FullName, "tests", "Log", "State"))) return Path.Combine(at.FullName, "tests", "Log", "State");
        return null;
    }
}
