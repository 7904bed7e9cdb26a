using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State.Tables;

/// <summary>The chunks that the batch under way changed, each once.</summary>
internal sealed class TouchedChunks
{
    private readonly HashSet<Hash256> _known = [];
    private List<Hash256> _chunks = [];

    public void Add(in Hash256 chunk)
    {
        if (_known.Add(chunk)) _chunks.Add(chunk);
    }

    /// <summary>In the order in which they were changed first; then begins anew.</summary>
    public IReadOnlyList<Hash256> Take()
    {
        if (_chunks.Count == 0) return [];
        List<Hash256> taken = _chunks;
        _chunks = [];
        _known.Clear();
        return taken;
    }
}
