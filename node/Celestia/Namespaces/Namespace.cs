using System.Buffers.Binary;

namespace Dsdn.Celestia.Namespaces;

/// <summary>
/// A namespace of Celestia: 29 bytes, version (1) and id (28), ordered bytewise. Users have version 0: 18 zero bytes and ten
/// of their own. Any 29 bytes can be held; <see cref="IsKnownForm"/> and <see cref="IsForBlobs"/> tell what they are good for.
/// </summary>
public readonly struct Namespace : IEquatable<Namespace>, IComparable<Namespace>
{
    public const int Size = 29;
    public const int UserIdBytes = 10;

    private const int ZeroBytes = Size - 1 - UserIdBytes;
    private const byte HighestVersion = 255;

    /// <summary>The 29 bytes as big-endian words, so that words order as bytes do; the last has five bytes.</summary>
    private readonly ulong _a, _b, _c, _d;

    /// <param name="bytes">Exactly 29 bytes.</param>
    public Namespace(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new ArgumentException($"a namespace has {Size} bytes, not {bytes.Length}");
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[21..]) & 0xff_ffff_ffff;
    }

    private Namespace(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    public static readonly Namespace Transactions = new(0, 0, 0, 0x01);

    public static readonly Namespace PayForBlobs = new(0, 0, 0, 0x04);

    /// <summary>Padding between the last transaction and the first blob; the highest of the primary reserved ones.</summary>
    public static readonly Namespace ReservedPadding = new(0, 0, 0, 0xff);

    public static readonly Namespace TailPadding = new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0xff_ffff_fffe);

    /// <summary>Shares that the erasure code made; the highest of all.</summary>
    public static readonly Namespace Parity = new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0xff_ffff_ffff);

    private static readonly Namespace LowestSecondaryReserved = new(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0xff_ffff_ff00);

    public byte Version => (byte)(_a >> 56);

    /// <summary>Version 0 with its zero bytes, or version 255.</summary>
    public bool IsKnownForm => Version == HighestVersion || (_a == 0 && _b == 0 && (_c >> 40) == 0);

    public bool IsReserved => CompareTo(ReservedPadding) <= 0 || CompareTo(LowestSecondaryReserved) >= 0;

    /// <summary>Whether a user may publish blobs under it.</summary>
    public bool IsForBlobs => IsKnownForm && Version == 0 && !IsReserved;

    /// <summary>A user's namespace; shorter ids stand at the end of the ten bytes.</summary>
    /// <param name="id">1 to 10 bytes.</param>
    public static DaVerdict TryUser(ReadOnlySpan<byte> id, out Namespace name)
    {
        name = default;
        if (id.Length is 0 or > UserIdBytes) return new DaVerdict(DaFault.Namespace, $"an id has 1 to {UserIdBytes} bytes, not {id.Length}");
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        id.CopyTo(bytes[(Size - id.Length)..]);
        name = new Namespace(bytes);
        return name.IsForBlobs ? DaVerdict.Valid : new DaVerdict(DaFault.Namespace, $"{name} is reserved");
    }

    /// <summary>Bytes from outside: 29 of them, of a known form.</summary>
    public static DaVerdict TryDecode(ReadOnlySpan<byte> bytes, out Namespace name)
    {
        name = default;
        if (bytes.Length != Size) return new DaVerdict(DaFault.Namespace, $"invalid namespace length: {bytes.Length}. Must be {Size} bytes");
        Namespace read = new(bytes);
        if (!read.IsKnownForm) return new DaVerdict(DaFault.Namespace, $"{read} has an unknown version, or not {ZeroBytes} zero bytes behind version 0");
        name = read;
        return DaVerdict.Valid;
    }

    /// <param name="destination">29 bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        // Each word overwrites what the one before it wrote too far.
        BinaryPrimitives.WriteUInt64BigEndian(destination[21..], _d | (_c << 40));
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
    }

    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    public bool Equals(Namespace other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    public override bool Equals(object? obj) => obj is Namespace other && Equals(other);

    /// <summary>In-memory tables only; never the order of anything.</summary>
    public override int GetHashCode() => unchecked((int)(((_c * 0x9e3779b97f4a7c15) ^ (_d * 0xc2b2ae3d27d4eb4f)) >> 32));

    public int CompareTo(Namespace other)
    {
        if (_a != other._a) return _a.CompareTo(other._a);
        if (_b != other._b) return _b.CompareTo(other._b);
        if (_c != other._c) return _c.CompareTo(other._c);
        return _d.CompareTo(other._d);
    }

    public static bool operator ==(Namespace left, Namespace right) => left.Equals(right);
    public static bool operator !=(Namespace left, Namespace right) => !left.Equals(right);
    public static bool operator <(Namespace left, Namespace right) => left.CompareTo(right) < 0;
    public static bool operator >(Namespace left, Namespace right) => left.CompareTo(right) > 0;
    public static bool operator <=(Namespace left, Namespace right) => left.CompareTo(right) <= 0;
    public static bool operator >=(Namespace left, Namespace right) => left.CompareTo(right) >= 0;

    /// <summary>58 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
