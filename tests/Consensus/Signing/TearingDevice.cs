using Dsdn.Consensus.Wal;

namespace Dsdn.Consensus.Tests.Signing;

/// <summary>A disk that stops at a given operation. What was not synced is then lost, there, or torn, each write by itself; a torn sector may also be unreadable as a whole.</summary>
internal sealed class TearingDevice : IWalDevice
{
    public const int SectorBytes = 512;

    private readonly List<(long Offset, byte[] Bytes)> _unsynced = [];
    private byte[] _durable = [];

    public int Operations { get; private set; }

    /// <summary>The operation at which the power fails; it is not carried out.</summary>
    public int? StopsAt { get; init; }

    public byte[] ReadAll() => Current();

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Step();
        _unsynced.Add((offset, bytes.ToArray()));
    }

    public void Sync()
    {
        Step();
        _durable = Current();
        _unsynced.Clear();
    }

    /// <summary>The disk after the power failed.</summary>
    /// <param name="fate">Of each unsynced write: how many of its first bytes are there.</param>
    /// <param name="stopsAt">Where the next failure is.</param>
    public TearingDevice AfterFailure(Func<int, int> fate, int? stopsAt = null)
    {
        byte[] bytes = _durable;
        for (int i = 0; i < _unsynced.Count; i++) bytes = Put(bytes, _unsynced[i].Offset, _unsynced[i].Bytes[..Math.Clamp(fate(i), 0, _unsynced[i].Bytes.Length)]);
        return new TearingDevice { _durable = [.. bytes], StopsAt = stopsAt };
    }

    public void Damage(int offset) => _durable[offset] ^= 0x40;

    /// <summary>Writes of the past that never came are what a sector may hold after it tore.</summary>
    public void LoseSector(long offset) => _durable.AsSpan((int)(offset / SectorBytes * SectorBytes), SectorBytes).Clear();

    private void Step()
    {
        if (Operations++ == StopsAt) throw new PowerFailureException();
    }

    private byte[] Current()
    {
        byte[] bytes = _durable;
        foreach ((long offset, byte[] written) in _unsynced) bytes = Put(bytes, offset, written);
        return bytes;
    }

    private static byte[] Put(byte[] bytes, long offset, byte[] written)
    {
        byte[] next = new byte[Math.Max(bytes.Length, offset + written.Length)];
        bytes.CopyTo(next, 0);
        written.CopyTo(next, offset);
        return next;
    }
}

internal sealed class PowerFailureException : Exception;
