using System.CommandLine;
using System.Globalization;
using Dsdn.Chain.Log;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.View;
using Dsdn.Cli;
using Dsdn.Cli.Display;
using Dsdn.Node.Archive;
using Dsdn.Sdk.Errors;

namespace Dsdn.Host;

/// <summary>What commands that read an archived log have in common: <c>--data</c>, and how events and batches are shown.</summary>
internal sealed class LogFlags(CommandContext context)
{
    public Option<string?> Data { get; } = context.OptionOf<string?>("log", "--data", "folder|file");

    /// <summary>Reads the log of this network from the node of --rpc, where no folder is named.</summary>
    public Option<string?> Network { get; } = context.OptionOf<string?>("log", "--of", "name|file");

    public IEnumerable<Option> Source => [Data, Network];

    public static ThreadParallel Parallel => new(Environment.ProcessorCount);

    public ArchivedLog Open(Invocation run)
    {
        if (run.Value(Data) is null && run.Value(Network) is { } network) return RemoteLog.Open(run.Chain.Rpc, network);
        string path = Path.GetFullPath(run.Value(Data) ?? ".");
        return ArchivedLog.Open(path) ?? throw new DsdnException("DSDN-E-LOG-ARCHIVE-MISSING", ErrorClass.Usage, path);
    }

    public static ulong Seq(string? text, ulong otherwise) =>
        text is null ? otherwise
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seq) && seq > 0 ? seq
        : throw new DsdnException("DSDN-E-LOG-BATCH-MISSING", ErrorClass.Usage, text);

    public static string Time(ulong ms) =>
        ms <= LogLimits.TimeMsMax && ms < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds((long)ms).ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : ms.ToString(CultureInfo.InvariantCulture);

    /// <summary>Why an event was skipped; empty where it was not.</summary>
    public static string Reason(Invocation run, LogFault fault) => fault == LogFault.None ? "" : run.Texts["error." + fault.Code() + ".summary"];

    public static Hash256 EventId(string? text) => Hash256.TryParse(text, out Hash256 id) ? id : throw new DsdnException("DSDN-E-LOG-EVENT-MISSING", ErrorClass.Usage, text ?? "");
}
