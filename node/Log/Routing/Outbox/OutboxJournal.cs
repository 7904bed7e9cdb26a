namespace Dsdn.Log.Routing.Outbox;

/// <summary>
/// What the router must not forget, in two files that take turns: one holds the current generation and grows; when it has become long,
/// the other gets the content as the next generation. A crash tears or loses only what was written after the last sync; a generation
/// counts when its whole beginning is readable. Not for use by two threads.
/// </summary>
public sealed class OutboxJournal
{
    /// <summary>A generation is rewritten when it is so long and twice as long as its beginning.</summary>
    private const long CompactBytes = 4 * 1_024 * 1_024;

    private readonly IOutboxDevice[] _devices;
    private readonly OutboxContent _content;
    private readonly System.Buffers.ArrayBufferWriter<byte> _unwritten = new();
    private int _current;
    private long _end, _beginBytes;
    private ulong _generation, _index, _synced;

    private OutboxJournal(IOutboxDevice[] devices, OutboxContent content, ulong generation, int current)
    {
        (_devices, _content, _generation, _current) = (devices, content, generation, current);
        Compact(); // what was cut off is out of the way for good, and what was only in the page cache is on disk
    }

    /// <summary>Ascending by seq: for <see cref="RouterInput.Started"/>.</summary>
    public IReadOnlyList<PendingBatch> Pending => [.. _content.Pending.Values];

    public RouterMemory Memory => _content.Memory;

    /// <summary>Of any batch the outbox ever knew. Later ones of the archive were decided just before a crash.</summary>
    public ulong HighestSeq => _content.HighestSeq;

    /// <summary>Not yet in a batch, in their order.</summary>
    public IReadOnlyList<OpenAnnouncement> Announcements => [.. _content.Announcements.Values];

    /// <summary>Syncs made since it was opened, for metrics.</summary>
    public ulong Syncs { get; private set; }

    /// <summary>Opens what is there, or begins.</summary>
    /// <exception cref="OutboxCorruptException">something that was synced is unreadable</exception>
    public static OutboxJournal Open(IOutboxDevice first, IOutboxDevice second)
    {
        (OutboxContent content, ulong newest, int current) = Read([first.ReadAll(), second.ReadAll()]);
        return new OutboxJournal([first, second], content, newest, current);
    }

    /// <summary>What is there, without writing: for reports while another process may have it.</summary>
    /// <exception cref="OutboxCorruptException">something that was synced is unreadable</exception>
    public static OutboxView View(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        (OutboxContent content, _, _) = Read([first, second]);
        return new OutboxView([.. content.Pending.Values], content.Memory, content.HighestSeq, [.. content.Announcements.Values]);
    }

    /// <summary>
    /// Keeps what must not be forgotten of this effect. A <see cref="RouterEffect.Submit"/> returns only when everything before it is on
    /// disk; call <see cref="Flush"/> behind the last effect of a step.
    /// </summary>
    public void Carry(RouterEffect effect)
    {
        switch (effect)
        {
            case RouterEffect.Remember remember:
                Append(new OutboxRecord.Batch(remember.Batch));
                break;
            case RouterEffect.Record record when _content.Pending.TryGetValue(record.Seq, out PendingBatch? batch):
                Append(new OutboxRecord.Batch(batch with { Pointers = batch.Pointers.With(record.Facts, record.IsCanonical) }));
                break;
            case RouterEffect.Forget forget:
                Append(new OutboxRecord.Forget(forget.Seq));
                break;
            case RouterEffect.RememberMode mode:
                Append(new OutboxRecord.Memory(mode.Memory));
                break;
            case RouterEffect.Announce announce:
                Append(new OutboxRecord.Announce(new OpenAnnouncement(announce.Id, announce.Event.Kind, announce.Event.Encode())));
                break;
            case RouterEffect.Submit:
                Flush();
                break;
        }
    }

    /// <summary>A batch that is decided and archived holds it.</summary>
    public void Announced(ulong id) => Append(new OutboxRecord.Announced(id));

    /// <summary>Returns when everything carried is on disk.</summary>
    public void Flush()
    {
        if (_synced == _index) return;
        Put();
        if (_end > CompactBytes && _end > 2 * _beginBytes) Compact();
    }

    private static (OutboxContent Content, ulong Newest, int Current) Read(ReadOnlyMemory<byte>[] bytes)
    {
        OutboxFile[] files = [OutboxFile.Read(bytes[0]), OutboxFile.Read(bytes[1])];
        int current = files[1].Generation > files[0].Generation ? 1 : 0;
        for (int i = 0; i < files.Length; i++)
        {
            if (files[i].LostIndex(files[current].Generation) is { } lost) throw new OutboxCorruptException($"record {lost} of file {i} was on disk and is unreadable");
        }
        OutboxContent content = new();
        foreach (OutboxRecord record in files[current].Records) content.Apply(record);
        return (content, Math.Max(files[0].NewestSeen, files[1].NewestSeen), current);
    }

    private void Append(OutboxRecord record)
    {
        _content.Apply(record);
        Write(record);
    }

    private void Write(OutboxRecord record)
    {
        byte[] frame = OutboxFrames.Encode(_generation, ++_index, _synced, OutboxCodec.Encode(record));
        frame.CopyTo(_unwritten.GetSpan(frame.Length));
        _unwritten.Advance(frame.Length);
    }

    /// <summary>The other file gets everything as a generation of its own; the old one stays until that is on disk.</summary>
    private void Compact()
    {
        _current = 1 - _current;
        _generation++;
        (_end, _index, _synced) = (0, 0, 0);
        foreach (OutboxRecord record in _content.Whole()) Write(record);
        Put();
        _beginBytes = _end;
    }

    private void Put()
    {
        _devices[_current].Write(_end, _unwritten.WrittenSpan);
        _end += _unwritten.WrittenCount;
        _unwritten.ResetWrittenCount();
        _devices[_current].Sync();
        _synced = _index;
        Syncs++;
    }
}
