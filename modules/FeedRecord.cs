using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.State;

namespace Dsdn.Modules;

/// <summary>A record of a module's feed as a receipt carries it: what an event that the log derives from the chain has in its body.</summary>
/// <param name="Module">Number of the module.</param>
/// <param name="Sequence">From 1.</param>
public sealed record FeedRecord(byte Module, ulong Sequence, ReadOnlyMemory<byte> Record)
{
    /// <summary>All modules with a feed declare the same event.</summary>
    private const string Event = "FeedExtended";

    private static readonly AbiEvent Extended =
        DsdnModules.Table.Modules.SelectMany(static module => module.Events).First(static declared => declared.Abi.Name == Event).Abi;

    /// <summary>Null for a log that is none.</summary>
    public static FeedRecord? Find(LogEntry log)
    {
        if (ModuleOf(log) is not { } module || !Extended.TryDecode(log.Topics, log.Data.Span, out AbiValue[] values)) return null;
        return new FeedRecord(module, values[0].UInt64, values[2].Bytes);
    }

    private static byte? ModuleOf(LogEntry log)
    {
        foreach (ModuleDeclaration module in DsdnModules.Table.Modules)
            if (log.Address == ModuleTable.AddressOf(module.Number)) return module.Number;
        return null;
    }
}
