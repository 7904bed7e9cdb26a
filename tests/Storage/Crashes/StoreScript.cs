using Dsdn.Storage.Tests.Disk;

namespace Dsdn.Storage.Tests.Crashes;

/// <summary>
/// A sequence of calls drawn from a seed, and what a caller may rely on after each: which chunks were reported stored, declared or
/// deleted. What was called but not answered may have happened or not.
/// </summary>
internal sealed class StoreScript(int seed, TestClock clock)
{
    private const int Calls = 34;

    private readonly Random _random = new(seed);
    private readonly Dictionary<ChunkKey, byte[]> _contents = [];

    /// <summary>Reported stored or declared, and not deleted since.</summary>
    public Dictionary<ChunkKey, (byte[] Content, bool IsDeclared)> Promised { get; } = [];

    /// <summary>Reported deleted.</summary>
    public HashSet<ChunkKey> Gone { get; } = [];

    /// <summary>The call that is running: its key is in doubt.</summary>
    public ChunkKey? InDoubt { get; private set; }

    public int Failures { get; private set; }

    public byte[]? ContentOf(ChunkKey key) => _contents.GetValueOrDefault(key);

    public void Run(ChunkStore store)
    {
        for (int call = 0; call < Calls; call++)
        {
            clock.Advance(1_000);
            switch (_random.Next(10))
            {
                case 0 or 1 or 2: PutNew(store, ChunkStanding.Staged); break;
                case 3: PutNew(store, ChunkStanding.Declared); break;
                case 4: CutOff(store); break;
                case 5: Declare(store); break;
                case 6: Delete(store); break;
                case 7: Restore(store); break;
                case 8: Renew(store); break;
                default: store.Sweep(); break;
            }
            InDoubt = null;
        }
    }

    private void PutNew(ChunkStore store, ChunkStanding standing)
    {
        byte[] content = Sample.Content(_random.Next(), _random.Next(1, 2_000));
        ChunkPut put = Sample.Put(content, standing);
        _contents[put.Key] = content;
        InDoubt = put.Key;
        if (Note(Sample.TryStore(store, put, content, piece: 700))) Promised[put.Key] = (content, standing == ChunkStanding.Declared);
        else Assert.False(store.TryFind(put.Key, out _));
    }

    /// <summary>A connection breaks in the middle and the put goes on.</summary>
    private void CutOff(ChunkStore store)
    {
        byte[] content = Sample.Content(_random.Next(), _random.Next(1_000, 2_000));
        ChunkPut put = Sample.Put(content);
        _contents[put.Key] = content;
        InDoubt = put.Key;
        if (!Note(store.TryBegin(put, out ChunkWriter? writer)) || writer is null) return;
        using (writer) Note(writer.Write(content.AsSpan(0, 900)));
        if (Note(Sample.TryStore(store, put, content, piece: 500))) Promised[put.Key] = (content, false);
    }

    private void Declare(ChunkStore store)
    {
        ChunkKey[] staged = [.. Promised.Where(chunk => !chunk.Value.IsDeclared).Select(chunk => chunk.Key).Order()];
        if (staged.Length == 0) return;
        ChunkKey key = staged[_random.Next(staged.Length)];
        InDoubt = key;
        if (Note(store.Declare(key))) Promised[key] = (Promised[key].Content, true);
    }

    private void Delete(ChunkStore store)
    {
        ChunkKey[] there = [.. Promised.Keys.Order()];
        if (there.Length == 0) return;
        ChunkKey key = there[_random.Next(there.Length)];
        InDoubt = key;
        (byte[] content, bool isDeclared) = Promised[key];
        Promised.Remove(key);
        if (Note(store.Delete(key, clock.NowMs + 3_000))) Gone.Add(key);
        else if (store.TryFind(key, out _)) Promised[key] = (content, isDeclared);
    }

    /// <summary>One that is deleted and may be erased already.</summary>
    private void Restore(ChunkStore store)
    {
        ChunkKey[] gone = [.. Gone.Order()];
        if (gone.Length == 0) return;
        ChunkKey key = gone[_random.Next(gone.Length)];
        InDoubt = key;
        Gone.Remove(key); // in doubt from here on: it is there, or it is not
        bool isThere = store.EraseMs(key) is not null;
        StoreVerdict verdict = store.Restore(key);
        if (verdict.Fault == StoreFault.NotFound) Assert.False(isThere);
        else if (Note(verdict)) Promised[key] = (_contents[key], true);
    }

    private void Renew(ChunkStore store)
    {
        ChunkKey[] staged = [.. Promised.Where(chunk => !chunk.Value.IsDeclared).Select(chunk => chunk.Key).Order()];
        if (staged.Length == 0) return;
        clock.Advance(20_000);
        ChunkKey key = staged[_random.Next(staged.Length)];
        InDoubt = key;
        Note(store.Renew(key));
    }

    private bool Note(StoreVerdict verdict)
    {
        if (!verdict.IsDone)
        {
            Assert.Equal(StoreFault.Disk, verdict.Fault);
            Failures++;
        }
        return verdict.IsDone;
    }
}
