using Dsdn.Consensus.Wal;

namespace Dsdn.Consensus.Tests.Wal;

/// <summary>A disk in memory: what was not synced may be lost or torn at a crash.</summary>
internal sealed class MemoryDevice : IWalDevice
{
    private readonly List<(long Offset, byte[] Bytes)> _unsynced = [];
    private byte[] _durable = [];

    public byte[] ReadAll()
    {
        byte[] bytes = _durable;
        foreach ((long offset, byte[] written) in _unsynced) bytes = Apply(bytes, offset, written);
        return [.. bytes];
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes) => _unsynced.Add((offset, bytes.ToArray()));

    public void Sync()
    {
        _durable = ReadAll();
        _unsynced.Clear();
    }

    /// <summary>Keeps of every unsynced write the first bytes that <paramref name="kept"/> says.</summary>
    public MemoryDevice Crash(Func<int, int> kept)
    {
        byte[] bytes = _durable;
        foreach ((long offset, byte[] written) in _unsynced) bytes = Apply(bytes, offset, written[..Math.Clamp(kept(written.Length), 0, written.Length)]);
        return new MemoryDevice { _durable = [.. bytes] };
    }

    public void Damage(int offset) => _durable[offset] ^= 0x40;

    private static byte[] Apply(byte[] bytes, long offset, byte[] written)
    {
        byte[] next = new byte[Math.Max(bytes.Length, offset + written.Length)];
        bytes.CopyTo(next, 0);
        written.CopyTo(next, offset);
        return next;
    }
}
