namespace Dsdn.Log.Routing.Outbox;

/// <summary>One of the outbox's two files: bytes that can be read, written and made durable. Grows as it is written.</summary>
public interface IOutboxDevice
{
    byte[] ReadAll();

    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Everything written is on disk when this returns.</summary>
    void Sync();
}

/// <summary>Something that had been on disk is not readable any more: pending batches may be missing from the outbox. They are all in the archive.</summary>
public sealed class OutboxCorruptException(string detail) : Exception($"DSDN-E-OUTBOX-CORRUPT: {detail}");
