namespace Dsdn.Log.Routing.Outbox;

/// <summary>What one of the two files holds, as far as it can be read.</summary>
internal sealed class OutboxFile
{
    private readonly List<OutboxRecord> _records = [];
    private ulong _end, _syncedGeneration, _synced;

    /// <summary>0: no whole beginning.</summary>
    public ulong Generation { get; private set; }

    /// <summary>Of any frame in the file: a new generation is higher, so that remains are never taken for what follows it.</summary>
    public ulong NewestSeen { get; private set; }

    public IReadOnlyList<OutboxRecord> Records => _records;

    public static OutboxFile Read(ReadOnlyMemory<byte> bytes)
    {
        OutboxFile file = new();
        file.ReadInOrder(bytes);
        file.Scan(bytes);
        return file;
    }

    /// <summary>A record that a later frame calls synced and that is not there; null: all is well.</summary>
    /// <param name="chosen">The generation that is taken; what is older does not matter any more.</param>
    public ulong? LostIndex(ulong chosen)
    {
        if (_syncedGeneration < chosen) return null;
        ulong readable = _syncedGeneration == Generation ? _end : 0;
        return _synced > readable ? readable + 1 : null;
    }

    private void ReadInOrder(ReadOnlyMemory<byte> bytes)
    {
        uint begin = 0;
        for (int offset = 0; OutboxFrames.TryRead(bytes, offset, out OutboxFrame frame); offset += frame.Bytes)
        {
            if (frame.Index != _end + 1 || (offset > 0 && frame.Generation != Generation) || OutboxCodec.Decode(frame.Record) is not { } record) break;
            if (offset == 0)
            {
                if (record is not OutboxRecord.Begin { Frames: var frames }) break;
                (Generation, begin) = (frame.Generation, frames);
            }
            _records.Add(record);
            _end = frame.Index;
        }
        if (_end >= begin && begin > 0) return;
        _records.Clear();
        (Generation, _end) = (0, 0);
    }

    private void Scan(ReadOnlyMemory<byte> bytes)
    {
        for (int at = 0; at + OutboxFrames.HeaderBytes <= bytes.Length; at += OutboxFrames.Border)
        {
            if (!OutboxFrames.TryRead(bytes, at, out OutboxFrame frame)) continue;
            NewestSeen = Math.Max(NewestSeen, frame.Generation);
            if (frame.Synced == 0 || frame.Generation < _syncedGeneration) continue;
            _synced = frame.Generation > _syncedGeneration ? frame.Synced : Math.Max(_synced, frame.Synced);
            _syncedGeneration = frame.Generation;
        }
    }
}
