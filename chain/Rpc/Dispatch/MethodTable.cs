using System.Text;
using Dsdn.Chain.Rpc.Json;

namespace Dsdn.Chain.Rpc.Dispatch;

/// <summary>Reads its arguments, then writes one JSON value; or answers an error and leaves the writer as it likes.</summary>
internal delegate RpcError? Method(CallContext context, ref ParamReader args, ReplyWriter reply);

/// <summary>A method that may wait. <paramref name="paramsJson"/> lives until the returned task is done.</summary>
internal delegate ValueTask<RpcError?> WaitingMethod(CallContext context, ReadOnlyMemory<byte> paramsJson, ReplyWriter reply);

/// <param name="Index">Its place among the counters of <see cref="RpcMetrics"/>.</param>
/// <param name="IsSubmit">Neighbours of this kind in a batch go to the pool together.</param>
internal sealed record MethodEntry(string Name, byte[] Utf8Name, int Index, Method? Run, WaitingMethod? RunWaiting, bool IsSubmit);

/// <summary>Methods by name, found from UTF-8 without making a string. Filled once, read by many threads.</summary>
internal sealed class MethodTable
{
    private readonly List<MethodEntry> _entries = [];
    private MethodEntry?[] _slots = new MethodEntry?[256];

    public IReadOnlyList<MethodEntry> Entries => _entries;

    public void Add(string name, Method run, bool isSubmit = false) => Add(name, run, null, isSubmit);

    public void Add(string name, WaitingMethod run) => Add(name, null, run, false);

    public MethodEntry? Find(ReadOnlySpan<byte> name)
    {
        int mask = _slots.Length - 1;
        for (int slot = Hash(name) & mask; _slots[slot] is { } entry; slot = (slot + 1) & mask)
        {
            if (name.SequenceEqual(entry.Utf8Name)) return entry;
        }
        return null;
    }

    private void Add(string name, Method? run, WaitingMethod? waiting, bool isSubmit)
    {
        byte[] utf8 = Encoding.ASCII.GetBytes(name);
        if (Find(utf8) is not null) throw new ArgumentException($"method {name} is declared twice");
        var entry = new MethodEntry(name, utf8, _entries.Count, run, waiting, isSubmit);
        _entries.Add(entry);
        if (_entries.Count * 2 > _slots.Length)
        {
            _slots = new MethodEntry?[_slots.Length * 2];
            foreach (MethodEntry earlier in _entries) Place(earlier);
            return;
        }
        Place(entry);
    }

    private void Place(MethodEntry entry)
    {
        int mask = _slots.Length - 1;
        int slot = Hash(entry.Utf8Name) & mask;
        while (_slots[slot] is not null) slot = (slot + 1) & mask;
        _slots[slot] = entry;
    }

    /// <summary>FNV-1a over the tail, where method names differ.</summary>
    private static int Hash(ReadOnlySpan<byte> name)
    {
        uint hash = 2166136261 ^ (uint)name.Length;
        for (int i = Math.Max(0, name.Length - 16); i < name.Length; i++) hash = unchecked((hash ^ name[i]) * 16777619);
        return (int)((hash ^ (hash >> 15)) & int.MaxValue);
    }
}
