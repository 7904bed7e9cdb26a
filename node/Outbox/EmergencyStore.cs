using System.Buffers.Binary;
using System.Security.Cryptography;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Primitives;
using Microsoft.Win32.SafeHandles;

namespace Dsdn.Node.Outbox;

/// <summary>
/// The last tier: a log of this operator's own, every copy signed by its key and on disk when <see cref="Store"/> returns, with mirrors
/// beside it. What is read back is checked against its pointer whatever its source. Safe for concurrent use.
/// Frame, big-endian: magic u32 | seq u64 | stored u64 | length of the pointer u32 | pointer | length of the envelope u32 | envelope. A
/// frame counts when the envelope is that of its pointer, so a torn end shows by itself and is cut off.
/// </summary>
public sealed class EmergencyStore : IDisposable
{
    private const uint Magic = 0x44534531; // "DSE1"
    private const int HeaderBytes = 4 + 8 + 8 + 4;
    private const int PointerBytesMax = 1_024;

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly byte[] _seed, _publicKey = new byte[Ed25519.PublicKeySize];
    private readonly EmergencyOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<ulong, Copy> _copies = [];
    private readonly Dictionary<Hash256, ulong> _seqs = [];
    private long _end;

    private EmergencyStore(SafeFileHandle file, string path, byte[] seed, EmergencyOptions options, TimeProvider clock)
    {
        (_file, _path, _seed, _options, _clock) = (file, path, seed, options, clock);
        Ed25519.PublicKey(seed, _publicKey);
        Load();
    }

    public int Count
    {
        get
        {
            lock (_gate) return _copies.Count;
        }
    }

    public long Bytes
    {
        get
        {
            lock (_gate) return _end;
        }
    }

    /// <summary>Opens or makes the log; what a crash left half written goes into a file .damaged beside it.</summary>
    /// <param name="seed">Of the operator's Ed25519 key, 32 bytes.</param>
    /// <exception cref="IOException">it cannot be used, or another process has it</exception>
    public static EmergencyStore Open(string path, ReadOnlySpan<byte> seed, EmergencyOptions options, TimeProvider? clock = null)
    {
        if (seed.Length != Ed25519.SeedSize) throw new ArgumentException($"a seed has {Ed25519.SeedSize} bytes");
        if (options.LocationPrefix.Length is 0 or > LogLimits.LocationBytesMax - (2 * Hash256.Size) || options.LocationPrefix.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0)
            throw new ArgumentException("the location must be printable ASCII without blanks and leave room for a hash");
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        SafeFileHandle file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            return new EmergencyStore(file, path, seed.ToArray(), options, clock ?? TimeProvider.System);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Keeps a copy; the same batch again gives the same pointer.</summary>
    /// <exception cref="EmergencyRefusedException">a limit is reached, too few mirrors took it, or the disk failed</exception>
    public EmergencyPointer Store(ulong seq, ReadOnlyMemory<byte> envelope)
    {
        Hash256 sha256 = new(SHA256.HashData(envelope.Span));
        lock (_gate)
        {
            if (_copies.TryGetValue(seq, out Copy known) && known.Pointer.Sha256 == sha256) return known.Pointer;
            ulong nowMs = (ulong)_clock.GetUtcNow().ToUnixTimeMilliseconds();
            if (_copies.Count > 0 && nowMs > First.StoredMs + _options.AgeMsMax) throw new EmergencyRefusedException("DSDN-E-EMERGENCY-AGE", $"the oldest copy has waited since {First.StoredMs} ms");
            EmergencyPointer pointer = Sign(sha256);
            byte[] frame = Frame(seq, nowMs, DaPointerCodec.Encode(pointer), envelope.Span, out int dataOffset);
            if (_end + frame.Length > _options.BytesMax) throw new EmergencyRefusedException("DSDN-E-EMERGENCY-VOLUME", $"the copies have {_end} bytes, {_options.BytesMax} are allowed");
            Append(frame);
            Mirror(sha256, envelope.Span);
            Index(seq, new Copy(pointer, _end + dataOffset, envelope.Length, nowMs));
            _end += frame.Length;
            return pointer;
        }
    }

    /// <summary>Null where there is no copy of it.</summary>
    public EmergencyPointer? Pointer(ulong seq)
    {
        lock (_gate) return _copies.TryGetValue(seq, out Copy copy) ? copy.Pointer : null;
    }

    /// <summary>The bytes with that hash, from the log or a mirror; null where none has them whole.</summary>
    public byte[]? Read(in Hash256 sha256)
    {
        lock (_gate)
        {
            if (_seqs.TryGetValue(sha256, out ulong seq) && _copies.TryGetValue(seq, out Copy copy) && ReadAt(copy) is { } envelope && copy.Pointer.IsOf(envelope)) return envelope;
        }
        foreach (IEmergencyMirror mirror in _options.Mirrors)
        {
            try
            {
                if (mirror.Get(Name(sha256)) is { } content && new Hash256(SHA256.HashData(content)) == sha256) return content;
            }
            catch (IOException)
            {
                // The next one may have it.
            }
        }
        return null;
    }

    /// <summary>Empties the log once no copy in it is needed any more; else nothing.</summary>
    /// <param name="isNeeded">Whether the batch has no pointer of a better tier yet, or is to be kept longer.</param>
    public bool TryEmpty(Func<ulong, bool> isNeeded)
    {
        lock (_gate)
        {
            foreach (ulong seq in _copies.Keys)
            {
                if (isNeeded(seq)) return false;
            }
            RandomAccess.SetLength(_file, 0);
            RandomAccess.FlushToDisk(_file);
            _copies.Clear();
            _seqs.Clear();
            _end = 0;
            return true;
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_seed);
        _file.Dispose();
    }

    private Copy First
    {
        get
        {
            foreach (Copy copy in _copies.Values) return copy;
            throw new InvalidOperationException("there are no copies");
        }
    }

    private static string Name(in Hash256 sha256) => Convert.ToHexStringLower(sha256.Span);

    private EmergencyPointer Sign(in Hash256 sha256)
    {
        string location = _options.LocationPrefix + Name(sha256);
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(EmergencyPointer.Message(sha256, location), _seed, signature);
        return new EmergencyPointer(new Hash256(_publicKey), signature, sha256, location);
    }

    private static byte[] Frame(ulong seq, ulong storedMs, byte[] pointer, ReadOnlySpan<byte> envelope, out int dataOffset)
    {
        dataOffset = HeaderBytes + pointer.Length + 4;
        byte[] frame = new byte[dataOffset + envelope.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, Magic);
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(4), seq);
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(12), storedMs);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(20), (uint)pointer.Length);
        pointer.CopyTo(frame.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(HeaderBytes + pointer.Length), (uint)envelope.Length);
        envelope.CopyTo(frame.AsSpan(dataOffset));
        return frame;
    }

    private void Append(byte[] frame)
    {
        try
        {
            RandomAccess.Write(_file, frame, _end);
            RandomAccess.FlushToDisk(_file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EmergencyRefusedException("DSDN-E-EMERGENCY-DISK", e.Message, e);
        }
    }

    private void Mirror(in Hash256 sha256, ReadOnlySpan<byte> envelope)
    {
        int taken = 0;
        string why = "";
        foreach (IEmergencyMirror mirror in _options.Mirrors)
        {
            try
            {
                mirror.Put(Name(sha256), envelope);
                taken++;
            }
            catch (IOException e)
            {
                why = $"{mirror.Name}: {e.Message}";
            }
        }
        // The frame on disk is written over by the next one: it is not indexed, so it does not count.
        if (taken < _options.MirrorsRequired) throw new EmergencyRefusedException("DSDN-E-EMERGENCY-MIRRORS", $"{taken} of {_options.MirrorsRequired} mirrors took the copy; {why}");
    }

    private void Load()
    {
        long length = RandomAccess.GetLength(_file);
        Span<byte> header = stackalloc byte[HeaderBytes];
        Span<byte> lengthField = stackalloc byte[4];
        while (_end + HeaderBytes <= length)
        {
            if (!TryFill(header, _end) || BinaryPrimitives.ReadUInt32BigEndian(header) != Magic) break;
            uint pointerBytes = BinaryPrimitives.ReadUInt32BigEndian(header[20..]);
            if (pointerBytes > PointerBytesMax) break;
            byte[] pointer = new byte[pointerBytes];
            if (!TryFill(pointer, _end + HeaderBytes) || !TryFill(lengthField, _end + HeaderBytes + pointerBytes)) break;
            uint envelopeBytes = BinaryPrimitives.ReadUInt32BigEndian(lengthField);
            if (envelopeBytes > BatchEnvelopeCodec.BytesMax || DaPointerCodec.TryDecode(pointer, out DaPointer? read) != LogFault.None || read is not EmergencyPointer at) break;
            Copy copy = new(at, _end + HeaderBytes + pointerBytes + 4, (int)envelopeBytes, BinaryPrimitives.ReadUInt64BigEndian(header[12..]));
            if (ReadAt(copy) is not { } envelope || !at.IsOf(envelope) || !at.IsSigned) break;
            Index(BinaryPrimitives.ReadUInt64BigEndian(header[4..]), copy);
            _end = copy.Offset + copy.Bytes;
        }
        if (_end < length) CutOff(length);
        RandomAccess.FlushToDisk(_file); // what a killed process left in the page cache is on disk from here on
    }

    /// <summary>What cannot be read goes into a file beside the log: a torn end is worth nothing, a damaged disk may be.</summary>
    private void CutOff(long length)
    {
        using (FileStream damaged = new(_path + ".damaged", FileMode.Create, FileAccess.Write))
        {
            byte[] piece = new byte[1_024 * 1_024];
            for (long at = _end; at < length;)
            {
                int read = RandomAccess.Read(_file, piece, at);
                if (read == 0) break;
                damaged.Write(piece, 0, read);
                at += read;
            }
            damaged.Flush(flushToDisk: true);
        }
        RandomAccess.SetLength(_file, _end);
    }

    private byte[]? ReadAt(in Copy copy)
    {
        byte[] envelope = new byte[copy.Bytes];
        return TryFill(envelope, copy.Offset) ? envelope : null;
    }

    private bool TryFill(Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            int read = RandomAccess.Read(_file, buffer, offset);
            if (read == 0) return false;
            buffer = buffer[read..];
            offset += read;
        }
        return true;
    }

    private void Index(ulong seq, in Copy copy)
    {
        _copies[seq] = copy;
        _seqs[copy.Pointer.Sha256] = seq;
    }

    private readonly record struct Copy(EmergencyPointer Pointer, long Offset, int Bytes, ulong StoredMs);
}
