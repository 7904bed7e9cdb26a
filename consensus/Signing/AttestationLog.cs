using System.Buffers.Binary;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Wal;

namespace Dsdn.Consensus.Signing;

/// <summary>
/// <see cref="AttestationRecord"/> on disk: two slots a page apart, then frames in a ring. A statement is one frame, one slot and one
/// sync. Slots are written alternately and say which frames there are and the floor; the newer one also holds a copy of the last
/// frame. So a torn write spoils only a statement whose signature never left, and a frame that was synced and is unreadable is
/// noticed: such a record counts as lost. Compaction is a slot that begins at a later frame; nothing is rewritten or renamed.
/// Slot, big-endian: "DSDNATT1" | generation u64 | first frame u64 | next frame u64 | floor u64 | frame before the next one 128 | checksum 8.
/// </summary>
public sealed class AttestationLog
{
    private const int SlotSpacingBytes = 4_096;
    private const int SlotBytes = 40 + AttestationFrame.Bytes + AttestationFrame.ChecksumBytes;
    private const int FramesAt = 2 * SlotSpacingBytes;

    private readonly IWalDevice _device;
    private readonly int _framesMax;
    private readonly byte[] _last = new byte[AttestationFrame.Bytes];
    private ulong _generation;

    /// <summary>What the newest synced slot says: frames before it may be written over.</summary>
    private ulong _syncedFirst;

    private AttestationLog(IWalDevice device, AttestationRecord record, ulong generation, int framesMax) =>
        (_device, Record, _generation, _framesMax, _syncedFirst) = (device, record, generation, framesMax, record.First);

    /// <summary>Ask it; what is to be added goes through <see cref="Append"/>.</summary>
    public AttestationRecord Record { get; }

    /// <summary>Begins an empty record, durable when this returns.</summary>
    /// <param name="floor">0 for a key that attested nothing.</param>
    /// <param name="framesMax">Of the ring; the same for the whole life of the record.</param>
    public static AttestationLog Create(IWalDevice device, ulong floor, int framesMax = AttestationRecord.FramesMax)
    {
        var log = new AttestationLog(device, new AttestationRecord(floor, framesMax: framesMax), 0, framesMax);
        log.WriteSlot();
        log.WriteSlot();
        device.Sync();
        return log;
    }

    /// <summary>Null: damaged, and <paramref name="damage"/> says how; what was signed is then not known.</summary>
    /// <exception cref="System.IO.IOException">of the device</exception>
    public static AttestationLog? TryOpen(IWalDevice device, out string damage, int framesMax = AttestationRecord.FramesMax)
    {
        byte[] bytes = device.ReadAll();
        damage = "neither slot is whole";
        bool isFirstWhole = TryReadSlot(bytes, 0, out Slot slot), isSecondWhole = TryReadSlot(bytes, 1, out Slot second);
        if (!isFirstWhole && !isSecondWhole) return null;
        if (!isFirstWhole || (isSecondWhole && second.Generation > slot.Generation)) slot = second;
        var record = new AttestationRecord(slot.Floor, slot.First, framesMax);
        var log = new AttestationLog(device, record, slot.Generation, framesMax);
        damage = "the newest slot contradicts itself";
        if (slot.First > slot.Next || slot.Next - slot.First > (ulong)framesMax) return null;
        for (ulong number = slot.First; number < slot.Next; number++)
        {
            if (!log.TryReadFrame(bytes, number, out SignedSeq signed))
            {
                damage = $"frame {number} was on disk and is unreadable";
                if (number != slot.Next - 1 || !AttestationFrame.TryRead(slot.Last.Span, number, out signed)) return null;
                device.Write(log.OffsetOf(number), slot.Last.Span);
            }
            if (!log.TryTake(number, signed, out damage)) return null;
        }
        if (!record.IsFull && log.TryReadFrame(bytes, record.Next, out SignedSeq torn) && !log.TryTake(record.Next, torn, out damage)) return null;
        log.WriteSlot(); // of a frame whose slot was torn; and what a killed process left in the page cache is synced with it
        device.Sync();
        return log;
    }

    /// <summary>Drops what expired; on disk with the next frame.</summary>
    public void DropExpired(ulong nowMs) => Record.DropExpired(nowMs);

    /// <summary>Returns only after it is on disk.</summary>
    /// <exception cref="System.IO.IOException">of the device; what is on disk is then not known, and this object must not be used any more</exception>
    public void Append(in SignedSeq signed)
    {
        ulong number = Record.Next;
        if (Record.IsFull) throw new InvalidOperationException("the record is full");
        if (number - _syncedFirst >= (ulong)_framesMax) Sync(); // its place is that of a frame which a crash would bring back
        AttestationFrame.Write(_last, number, signed);
        _device.Write(OffsetOf(number), _last);
        Record.Add(signed);
        Sync();
    }

    /// <summary>Nothing new up to this seq is signed from now on. Returns only after it is on disk, in both slots: one that fails later must not bring the old floor back.</summary>
    public void Raise(ulong floor)
    {
        Record.Raise(floor);
        Sync();
        Sync();
    }

    private void Sync()
    {
        WriteSlot();
        _device.Sync();
        _syncedFirst = Record.First;
    }

    private bool TryTake(ulong number, in SignedSeq signed, out string damage)
    {
        damage = "";
        if (Record.TryGet(signed.Seq, out Hash256? coreHash, out _) && coreHash != signed.CoreHash)
        {
            damage = $"frame {number} is of another core hash than one before it";
            return false;
        }
        AttestationFrame.Write(_last, number, signed);
        Record.Add(signed);
        return true;
    }

    private long OffsetOf(ulong number) => FramesAt + ((long)(number % (ulong)_framesMax) * AttestationFrame.Bytes);

    private bool TryReadFrame(byte[] bytes, ulong number, out SignedSeq signed)
    {
        signed = default;
        long at = OffsetOf(number);
        return at + AttestationFrame.Bytes <= bytes.Length && AttestationFrame.TryRead(bytes.AsSpan((int)at, AttestationFrame.Bytes), number, out signed);
    }

    private void WriteSlot()
    {
        Span<byte> slot = stackalloc byte[SlotBytes];
        "DSDNATT1"u8.CopyTo(slot);
        BinaryPrimitives.WriteUInt64BigEndian(slot[8..], ++_generation);
        BinaryPrimitives.WriteUInt64BigEndian(slot[16..], Record.First);
        BinaryPrimitives.WriteUInt64BigEndian(slot[24..], Record.Next);
        BinaryPrimitives.WriteUInt64BigEndian(slot[32..], Record.Floor);
        _last.CopyTo(slot[40..]);
        AttestationFrame.Seal(slot);
        _device.Write((long)(_generation % 2) * SlotSpacingBytes, slot);
    }

    private static bool TryReadSlot(byte[] bytes, int index, out Slot slot)
    {
        slot = default;
        int at = index * SlotSpacingBytes;
        if (at + SlotBytes > bytes.Length) return false;
        ReadOnlySpan<byte> from = bytes.AsSpan(at, SlotBytes);
        if (!from.StartsWith("DSDNATT1"u8) || !AttestationFrame.IsSealed(from)) return false;
        slot = new Slot(
            BinaryPrimitives.ReadUInt64BigEndian(from[8..]), BinaryPrimitives.ReadUInt64BigEndian(from[16..]), BinaryPrimitives.ReadUInt64BigEndian(from[24..]),
            BinaryPrimitives.ReadUInt64BigEndian(from[32..]), bytes.AsMemory(at + 40, AttestationFrame.Bytes));
        return true;
    }

    private readonly record struct Slot(ulong Generation, ulong First, ulong Next, ulong Floor, ReadOnlyMemory<byte> Last);
}
