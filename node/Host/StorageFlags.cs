using System.CommandLine;
using System.Globalization;
using Dsdn.Cli;
using Dsdn.Node.Configuration;
using Dsdn.Sdk.Errors;
using Dsdn.Services.Batches;
using Dsdn.StorageNode;

namespace Dsdn.Host;

/// <summary>What a storage node can be told.</summary>
internal sealed class StorageFlags(CommandContext context)
{
    private const string Group = "storage";

    private readonly NodeFlags _node = new("network", "data", "password-file", "log-sources", "log", "log-level");
    private readonly Option<string?> _listen = context.OptionOf<string?>(Group, "--listen", "ip:port");
    private readonly Option<string?> _advertise = context.OptionOf<string?>(Group, "--advertise", "ip:port");
    private readonly Option<string?> _operator = context.OptionOf<string?>(Group, "--operator-listen", "ip:port");
    private readonly Option<string?> _capacity = context.OptionOf<string?>(Group, "--capacity", "size");
    private readonly Option<string?> _reserve = context.OptionOf<string?>(Group, "--reserve", "size");
    private readonly Option<string?> _scrub = context.OptionOf<string?>(Group, "--scrub", "size");

    public IEnumerable<Option> All => [.. _node.Options, _listen, _advertise, _operator, _capacity, _reserve, _scrub];

    public NodeOptions Logging(Invocation run) => _node.Load(run);

    public StorageNodeOptions Read(Invocation run)
    {
        NodeOptions node = _node.Load(run);
        var options = new StorageNodeOptions { DataFolder = DataOf(run, node), Network = node.Network, PasswordFile = node.PasswordFile, LogSources = node.LogSources };
        if (options.LogSources.Count == 0 && LogAddress.Parse("127.0.0.1:45900") is { } local) options = options with { LogSources = [local] };
        return options with
        {
            Listen = run.Value(_listen) is { } listen ? DaCommand.Endpoint(listen) : options.Listen,
            Advertise = run.Value(_advertise) is { } advertise ? DaCommand.Endpoint(advertise) : null,
            Operator = run.Value(_operator) is { } endpoint ? DaCommand.Endpoint(endpoint) : options.Operator,
            CapacityBytes = run.Value(_capacity) is { } capacity ? Bytes("--capacity", capacity) : null,
            ReserveBytes = run.Value(_reserve) is { } reserve ? Bytes("--reserve", reserve) : options.ReserveBytes,
            ScrubBytesPerSecond = run.Value(_scrub) is { } scrub ? Math.Max(1, Bytes("--scrub", scrub)) : options.ScrubBytesPerSecond,
        };
    }

    /// <summary>HOME/storage where none is named.</summary>
    public static string DataOf(Invocation run, NodeOptions node) => node.DataFolder == NodeOptions.DefaultDataFolder ? Path.Combine(run.Home, Group) : node.DataFolder;

    /// <summary>A number of bytes with a unit: KiB, MiB, GiB, TiB, or kB, MB, GB, TB; none is bytes.</summary>
    public static long Bytes(string option, string text)
    {
        (string Unit, long Bytes)[] units =
        [
            ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("", 1),
        ];
        foreach ((string unit, long bytes) in units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            bool isNumber = decimal.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number);
            if (isNumber && number >= 0 && number <= long.MaxValue / bytes) return (long)(number * bytes);
            break;
        }
        throw new DsdnException(ErrorCodes.OptionValue, ErrorClass.Usage, option, "1TiB", text);
    }
}
