using System.Buffers.Binary;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State.Tables;

/// <summary>A node, an agreement, a chunk: 32 bytes.</summary>
internal readonly record struct IdKey(Hash256 Id) : ILogKey<IdKey>
{
    public static int Bytes => Hash256.Size;

    public static IdKey Read(ReadOnlySpan<byte> bytes) => new(new Hash256(bytes));

    public void Write(Span<byte> bytes) => Id.CopyTo(bytes);

    public ulong Mix(ulong seed) => KeyMix.Of(Id, seed);

    public int CompareTo(IdKey other) => Id.CompareTo(other.Id);
}

/// <summary>A number: u64.</summary>
internal readonly record struct NumberKey(ulong Number) : ILogKey<NumberKey>
{
    public static int Bytes => 8;

    public static NumberKey Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64BigEndian(bytes));

    public void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt64BigEndian(bytes, Number);

    public ulong Mix(ulong seed) => KeyMix.Of(Number, seed);

    public int CompareTo(NumberKey other) => Number.CompareTo(other.Number);
}

/// <summary>Three ids one after another.</summary>
internal readonly record struct TripleKey(Hash256 First, Hash256 Second, Hash256 Third) : ILogKey<TripleKey>
{
    public static int Bytes => 3 * Hash256.Size;

    public static TripleKey Read(ReadOnlySpan<byte> bytes) => new(new Hash256(bytes[..32]), new Hash256(bytes[32..64]), new Hash256(bytes[64..]));

    public void Write(Span<byte> bytes)
    {
        First.CopyTo(bytes);
        Second.CopyTo(bytes[32..]);
        Third.CopyTo(bytes[64..]);
    }

    public ulong Mix(ulong seed) => KeyMix.Of(First, KeyMix.Of(Second, KeyMix.Of(Third, seed)));

    public int CompareTo(TripleKey other)
    {
        int order = First.CompareTo(other.First);
        if (order == 0) order = Second.CompareTo(other.Second);
        return order == 0 ? Third.CompareTo(other.Third) : order;
    }
}

/// <summary>A file of an agreement; in memory only.</summary>
internal readonly record struct FileKey(Hash256 Agreement, Hash256 File) : ILogKey<FileKey>
{
    public static int Bytes => 2 * Hash256.Size;

    public static FileKey Read(ReadOnlySpan<byte> bytes) => new(new Hash256(bytes[..32]), new Hash256(bytes[32..]));

    public void Write(Span<byte> bytes)
    {
        Agreement.CopyTo(bytes);
        File.CopyTo(bytes[32..]);
    }

    public ulong Mix(ulong seed) => KeyMix.Of(Agreement, KeyMix.Of(File, seed));

    public int CompareTo(FileKey other)
    {
        int order = Agreement.CompareTo(other.Agreement);
        return order == 0 ? File.CompareTo(other.File) : order;
    }
}

/// <summary>A copy or shard of a chunk on a node: chunk 32 | slot u8 | node 32.</summary>
internal readonly record struct ReplicaKey(Hash256 Chunk, byte Slot, Hash256 Node) : ILogKey<ReplicaKey>
{
    public static int Bytes => (2 * Hash256.Size) + 1;

    public static ReplicaKey Read(ReadOnlySpan<byte> bytes) => new(new Hash256(bytes[..32]), bytes[32], new Hash256(bytes[33..]));

    public void Write(Span<byte> bytes)
    {
        Chunk.CopyTo(bytes);
        bytes[32] = Slot;
        Node.CopyTo(bytes[33..]);
    }

    public ulong Mix(ulong seed) => KeyMix.Of(Chunk, KeyMix.Of(Node, seed ^ Slot));

    public int CompareTo(ReplicaKey other)
    {
        int order = Chunk.CompareTo(other.Chunk);
        if (order == 0) order = Slot.CompareTo(other.Slot);
        return order == 0 ? Node.CompareTo(other.Node) : order;
    }
}

/// <summary>A key that an account registered: owner 20 | key 20.</summary>
internal readonly record struct SessionKey(Address Owner, Address Key) : ILogKey<SessionKey>
{
    public static int Bytes => 2 * Address.Size;

    public static SessionKey Read(ReadOnlySpan<byte> bytes) => new(new Address(bytes[..Address.Size]), new Address(bytes[Address.Size..]));

    public void Write(Span<byte> bytes)
    {
        Owner.CopyTo(bytes);
        Key.CopyTo(bytes[Address.Size..]);
    }

    public ulong Mix(ulong seed) => KeyMix.Of(AuthorAddress.Of(Owner), KeyMix.Of(AuthorAddress.Of(Key), seed));

    public int CompareTo(SessionKey other) => Owner == other.Owner ? Key.CompareTo(other.Key) : Owner.CompareTo(other.Owner);
}

/// <summary>A lane of an author: type u8 | author 32 | lane u16.</summary>
internal readonly record struct LaneKey(AuthorType Type, Hash256 Author, ushort Lane) : ILogKey<LaneKey>
{
    public static int Bytes => 1 + Hash256.Size + 2;

    public static LaneKey Read(ReadOnlySpan<byte> bytes) =>
        new((AuthorType)bytes[0], new Hash256(bytes[1..33]), BinaryPrimitives.ReadUInt16BigEndian(bytes[33..]));

    public void Write(Span<byte> bytes)
    {
        bytes[0] = (byte)Type;
        Author.CopyTo(bytes[1..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[33..], Lane);
    }

    public ulong Mix(ulong seed) => KeyMix.Of(Author, seed ^ ((ulong)Lane << 8) ^ (ulong)Type);

    public int CompareTo(LaneKey other)
    {
        int order = ((byte)Type).CompareTo((byte)other.Type);
        if (order == 0) order = Author.CompareTo(other.Author);
        return order == 0 ? Lane.CompareTo(other.Lane) : order;
    }
}

/// <summary>What is counted: scope u8 | number u16.</summary>
internal readonly record struct TallyKey(TallyScope Scope, ushort Number) : ILogKey<TallyKey>
{
    public static int Bytes => 3;

    public static TallyKey Read(ReadOnlySpan<byte> bytes) => new((TallyScope)bytes[0], BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]));

    public void Write(Span<byte> bytes)
    {
        bytes[0] = (byte)Scope;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[1..], Number);
    }

    public ulong Mix(ulong seed) => KeyMix.Of(((ulong)Scope << 16) | Number, seed);

    public int CompareTo(TallyKey other)
    {
        int order = ((byte)Scope).CompareTo((byte)other.Scope);
        return order == 0 ? Number.CompareTo(other.Number) : order;
    }
}

/// <summary>Numbers are part of the format.</summary>
internal enum TallyScope : byte
{
    /// <summary>Applied events, by kind.</summary>
    Applied = 1,

    /// <summary>Skipped events and receipts, by reason.</summary>
    Skipped = 2,
}
