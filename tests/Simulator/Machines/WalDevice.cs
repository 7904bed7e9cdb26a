using Dsdn.Consensus.Wal;
using Dsdn.Log.Routing.Outbox;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Faults;

namespace Dsdn.Simulator.Machines;

/// <summary>
/// The file of the write-ahead log or of the outbox on a disk. What was written survives the kill of the process; what was written and not
/// synced may be torn, lost or there after a power failure, each write by itself and in any order.
/// </summary>
internal sealed class WalDevice : IWalDevice, IOutboxDevice
{
    private const int SectorBytes = 512;

    private readonly List<(long Offset, byte[] Bytes)> _unsynced = [];
    private byte[] _durable;
    private byte[] _current;
    private long _durableLength, _length;

    public WalDevice()
    {
        _durable = new byte[16 * 1024];
        _current = new byte[16 * 1024];
    }

    private WalDevice(byte[] content) => (_durable, _current, _durableLength, _length) = ([.. content], [.. content], content.Length, content.Length);

    /// <summary>A backup of what is on disk.</summary>
    public WalDevice Copy() => new(_durable[..(int)_durableLength]);

    public byte[] ReadAll() => _current[..(int)_length];

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        _unsynced.Add((offset, bytes.ToArray()));
        Put(ref _current, ref _length, offset, bytes);
    }

    public void Sync()
    {
        foreach ((long offset, byte[] bytes) in _unsynced) Put(ref _durable, ref _durableLength, offset, bytes);
        _unsynced.Clear();
    }

    public void PowerFails(SeededRandom random, Aftermath aftermath, FaultCounters faults)
    {
        foreach ((long offset, byte[] bytes) in _unsynced)
        {
            int fate = aftermath switch { Aftermath.Nothing => 0, Aftermath.Torn => 1, _ => random.Below(3) };
            switch (fate)
            {
                case 0:
                    faults.Count(Fault.WalWriteLost);
                    break;
                case 1:
                    faults.Count(Fault.WalWriteTorn);
                    Tear(random, offset, bytes);
                    break;
                default:
                    Put(ref _durable, ref _durableLength, offset, bytes);
                    break;
            }
        }
        _unsynced.Clear();
        _current = [.. _durable];
        _length = _durableLength;
    }

    /// <summary>The disk writes sectors: each of the write's is there or not, and one of them may end in the middle.</summary>
    private void Tear(SeededRandom random, long offset, byte[] bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int sector = Math.Min(bytes.Length - at, SectorBytes - (int)((offset + at) % SectorBytes));
            int written = random.Below(3) switch { 0 => 0, 1 => sector, _ => random.Below(sector) };
            if (written > 0) Put(ref _durable, ref _durableLength, offset + at, bytes.AsSpan(at, written));
            at += sector;
        }
    }

    private static void Put(ref byte[] content, ref long length, long offset, ReadOnlySpan<byte> bytes)
    {
        long end = offset + bytes.Length;
        if (end > content.Length) Array.Resize(ref content, (int)Math.Max(end, content.Length * 2L));
        bytes.CopyTo(content.AsSpan((int)offset));
        length = Math.Max(length, end);
    }
}
