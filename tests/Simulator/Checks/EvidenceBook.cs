using System.Globalization;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Checks;

/// <summary>
/// Who was found to have signed twice, and who was punished for it. Checked: nobody accuses a validator that kept the rules;
/// who is accused is in the evidence of the next block that the finder proposes and that is decided, and of somebody's block in
/// the end, whoever the finder is.
/// </summary>
internal sealed class EvidenceBook(Func<Address, Machine?> machineOf)
{
    /// <summary>A block may have been built before the finding, and evidence of a height is for later blocks.</summary>
    private const ulong BlocksUntilDue = 3;

    private readonly SortedDictionary<(int Finder, Address Accused), ulong> _found = [];
    private readonly SortedSet<Address> _punished = [];

    public int Punished => _punished.Count;

    /// <param name="from">Null: the finder saw it itself. A peer may send anything; what counts is what is believed.</param>
    public void Found(Machine finder, PeerId? from, EvidenceItem item, EvidenceAnswer answer, ulong head)
    {
        if ((from is null || answer.IsAdded) && machineOf(item.Accused) is { IsCorrect: true } accused) throw new BrokenInvariant($"{finder} accuses {accused} of {item.Kind}, which kept every rule");
        if (answer.IsAdded) _found[(finder.Index, item.Accused)] = head;
    }

    /// <summary>Something waits that one of these believed: it reaches whoever proposes, whether or not they do.</summary>
    public bool IsOpen(IReadOnlyList<Machine> finders) => _found.Keys.Any(key => !_punished.Contains(key.Accused) && finders.Any(machine => machine.Index == key.Finder));

    /// <summary>What waits for a block is on that disk.</summary>
    public void DiskLost(Machine finder)
    {
        foreach ((int Finder, Address Accused) key in _found.Keys.Where(key => key.Finder == finder.Index).ToArray()) _found.Remove(key);
    }

    public void Decided(Block block)
    {
        if (EvidenceCodec.TryDecodeList(block.Evidence.Span, out IReadOnlyList<EvidenceItem>? items))
        {
            foreach (EvidenceItem item in items) _punished.Add(item.Accused);
        }
        if (block.Consensus is not { } consensus || machineOf(consensus.Proposer) is not { IsCorrect: true } proposer) return;
        foreach (((int finder, Address accused), ulong head) in _found)
        {
            if (finder == proposer.Index && block.Header.Number >= head + BlocksUntilDue && !_punished.Contains(accused))
                throw new BrokenInvariant(string.Create(CultureInfo.InvariantCulture, $"{proposer} had evidence against {accused} since block {head} and left it out of block {block.Header.Number}"));
        }
    }
}
