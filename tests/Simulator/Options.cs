using System.Globalization;

namespace Dsdn.Simulator;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Usage = """
        usage: tests/simulate --seed S [--seeds N] [--jobs N] [--continue] [--verbose]
               tests/simulate --crash-matrix [--jobs N]
               tests/simulate --mutations [--seeds N]
               tests/simulate --byzantine-majority [--seed S] [--seeds N]
               tests/simulate --wan [--validators N] [--heights N]
               tests/simulate --scenario log-permute [--seed S] [--seeds N]
               tests/simulate --scenario da-outage [--seed S] [--seeds N] [--jobs N] [--mutations] [--verbose]
               tests/simulate --scenario storage [--seed S] [--seeds N] [--jobs N] [--continue] [--mutations] [--verbose]
        """;

    public ulong? Seed { get; private init; }

    public ulong Seeds { get; private init; } = 1;

    public int Jobs { get; private init; } = 1;

    public int? Validators { get; private init; }

    public int Heights { get; private init; } = 20;

    public bool CrashMatrix { get; private init; }

    public bool Mutations { get; private init; }

    /// <summary>Half of the power lies.</summary>
    public bool ByzantineMajority { get; private init; }

    public bool Wan { get; private init; }

    /// <summary>Batches of the log through outages of data availability instead of blocks.</summary>
    public bool DaOutage { get; private init; }

    /// <summary>Batches of the log in any order, over any tiers.</summary>
    public bool LogPermute { get; private init; }

    /// <summary>A network that stores, with nodes, zones and disks that fail.</summary>
    public bool Storage { get; private init; }

    /// <summary>Go on after a broken seed.</summary>
    public bool Continue { get; private init; }

    /// <summary>Write down what happens.</summary>
    public bool Verbose { get; private init; }

    /// <summary>Null where it makes no sense.</summary>
    public static Options? Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options();
        for (int i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--crash-matrix": options = options with { CrashMatrix = true }; continue;
                case "--mutations": options = options with { Mutations = true }; continue;
                case "--byzantine-majority": options = options with { ByzantineMajority = true }; continue;
                case "--wan": options = options with { Wan = true }; continue;
                case "--scenario" when i + 1 < arguments.Count && arguments[i + 1] == "log-permute":
                    options = options with { LogPermute = true };
                    i++;
                    continue;
                case "--scenario" when i + 1 < arguments.Count && arguments[i + 1] == "da-outage":
                    options = options with { DaOutage = true };
                    i++;
                    continue;
                case "--scenario" when i + 1 < arguments.Count && arguments[i + 1] == "storage":
                    options = options with { Storage = true };
                    i++;
                    continue;
                case "--continue": options = options with { Continue = true }; continue;
                case "--verbose": options = options with { Verbose = true }; continue;
            }
            if (i + 1 >= arguments.Count || !ulong.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)) return null;
            Options? read = arguments[i++] switch
            {
                "--seed" => options with { Seed = number },
                "--seeds" when number > 0 => options with { Seeds = number },
                "--jobs" when number is > 0 and <= 64 => options with { Jobs = (int)number },
                "--validators" when number is >= 1 and <= 150 => options with { Validators = (int)number },
                "--heights" when number is >= 1 and <= 1_000 => options with { Heights = (int)number },
                _ => null,
            };
            if (read is null) return null;
            options = read;
        }
        if (options.Mutations && options.Seeds == 1) options = options with { Seeds = 200 };
        if (options.ByzantineMajority && options.Seeds == 1) options = options with { Seeds = 100 };
        return options.Seed is not null || options.CrashMatrix || options.Mutations || options.ByzantineMajority || options.Wan || options.DaOutage || options.LogPermute || options.Storage ? options : null;
    }
}
