using System.Buffers.Binary;
using System.Security.Cryptography;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Signing;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.Node.Validation;

/// <summary>
/// The durable record of the last signature (chain-decisions 1.11): a preallocated file of two slots a page apart, written
/// alternately and synced before a signature is handed out. A torn write can only spoil the newer slot, whose signature
/// then never left the process.
/// Slot, big-endian: sequence u64 | height u64 | round u32 | step u8 | SHA-256 of the sign bytes 32 | signature 64 | lock: height u64,
/// round u32, block 32 | first 8 bytes of the SHA-256 of all before.
/// </summary>
public sealed class LastSignFile : IDisposable
{
    private const int SlotBytes = 8 + 8 + 4 + 1 + 32 + 64 + 8 + 4 + 32 + ChecksumBytes;
    private const int ChecksumBytes = 8;
    private const int SlotSpacingBytes = 4096;

    private readonly SafeFileHandle _file;
    private readonly byte[] _buffer = new byte[SlotBytes];
    private ulong _sequence;

    private LastSignFile(SafeFileHandle file) => _file = file;

    public LastSign Last { get; private set; } = LastSign.None;

    /// <summary>Opens or creates the record.</summary>
    /// <exception cref="InvalidDataException">the file exists and neither slot is whole</exception>
    public static LastSignFile Open(string path)
    {
        bool existed = File.Exists(path);
        SafeFileHandle handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var file = new LastSignFile(handle);
        try
        {
            if (existed) file.Load(path);
            else file.Create(path);
            return file;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The record of a key that was made just now: not empty, so that its loss shows.</summary>
    public static void CreateWithKey(string path)
    {
        using LastSignFile file = Open(path);
        file.Store(LastSign.Above(0));
    }

    /// <summary>Returns only after the record is on disk.</summary>
    public void Store(LastSign record)
    {
        _sequence++;
        Write(_sequence, record);
        RandomAccess.FlushToDisk(_file);
        Last = record;
    }

    public void Dispose() => _file.Dispose();

    private void Create(string path)
    {
        RandomAccess.SetLength(_file, 2 * SlotSpacingBytes);
        Write(0, LastSign.None);
        Write(1, LastSign.None);
        _sequence = 1;
        RandomAccess.FlushToDisk(_file);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private void Load(string path)
    {
        bool found = false;
        for (int slot = 0; slot < 2; slot++)
        {
            if (!TryRead(slot, out ulong sequence, out LastSign record) || (found && sequence < _sequence)) continue;
            (found, _sequence, Last) = (true, sequence, record);
        }
        if (!found) throw new InvalidDataException($"{path}: neither slot of the last-sign record is whole");
    }

    private bool TryRead(int slot, out ulong sequence, out LastSign record)
    {
        (sequence, record) = (0, LastSign.None);
        if (RandomAccess.Read(_file, _buffer, (long)slot * SlotSpacingBytes) != SlotBytes) return false;
        ReadOnlySpan<byte> s = _buffer;
        if (!SHA256.HashData(s[..^ChecksumBytes]).AsSpan(0, ChecksumBytes).SequenceEqual(s[^ChecksumBytes..])) return false;
        sequence = BinaryPrimitives.ReadUInt64BigEndian(s);
        record = new LastSign(
            BinaryPrimitives.ReadUInt64BigEndian(s[8..]), BinaryPrimitives.ReadUInt32BigEndian(s[16..]), (SignStep)s[20],
            new Hash256(s[21..53]), s[53..117].ToArray())
        {
            Lock = new SignedLock(BinaryPrimitives.ReadUInt64BigEndian(s[117..]), BinaryPrimitives.ReadUInt32BigEndian(s[125..]), new Hash256(s[129..161])),
        };
        return true;
    }

    private void Write(ulong sequence, LastSign record)
    {
        Span<byte> s = _buffer;
        BinaryPrimitives.WriteUInt64BigEndian(s, sequence);
        BinaryPrimitives.WriteUInt64BigEndian(s[8..], record.Height);
        BinaryPrimitives.WriteUInt32BigEndian(s[16..], record.Round);
        s[20] = (byte)record.Step;
        record.Message.CopyTo(s[21..]);
        record.Signature.Span.CopyTo(s[53..]);
        BinaryPrimitives.WriteUInt64BigEndian(s[117..], record.Lock.Height);
        BinaryPrimitives.WriteUInt32BigEndian(s[125..], record.Lock.Round);
        record.Lock.Block.CopyTo(s[129..]);
        SHA256.HashData(s[..^ChecksumBytes]).AsSpan(0, ChecksumBytes).CopyTo(s[^ChecksumBytes..]);
        RandomAccess.Write(_file, s, (long)(sequence % 2) * SlotSpacingBytes);
    }
}
