using System.Globalization;
using Dsdn.Consensus;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Checks;

/// <summary>Every so many events: no table of a correct node that peers can make grow is above its bound. Keeps how full each ever was.</summary>
internal sealed class MemoryBook
{
    private const ulong EveryEvents = 400;

    private readonly SortedDictionary<string, TableSize> _fullest = new(StringComparer.Ordinal);

    public IReadOnlyCollection<TableSize> Fullest => _fullest.Values;

    public void Check(World world)
    {
        if (world.Time.EventsDone % EveryEvents != 0) return;
        foreach (Machine machine in world.Correct)
        {
            if (machine.Running is not { } process) continue;
            foreach (TableSize table in process.Tables)
            {
                if (table.Items > table.ItemsMax)
                    throw new BrokenInvariant(string.Create(CultureInfo.InvariantCulture, $"{machine} holds {table.Items} of \"{table.Name}\", at most {table.ItemsMax} are allowed"));
                if (!_fullest.TryGetValue(table.Name, out TableSize before) || table.Items > before.Items) _fullest[table.Name] = table;
            }
        }
    }
}
