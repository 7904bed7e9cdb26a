using System.Buffers.Binary;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Log.State;

namespace Dsdn.Node.Archive;

/// <summary>A log as one file, which needs nothing beside it: "DSDNLOG1", then u32 length and bytes of what it starts from and of each envelope from batch 1 on.</summary>
public static class LogExport
{
    private static ReadOnlySpan<byte> Magic => "DSDNLOG1"u8;

    public static void Write(Stream file, LogGenesis genesis, IEnumerable<ReadOnlyMemory<byte>> envelopes)
    {
        file.Write(Magic);
        WritePart(file, LogGenesisCodec.Encode(genesis));
        foreach (ReadOnlyMemory<byte> envelope in envelopes) WritePart(file, envelope.Span);
    }

    /// <exception cref="ArchiveException">Not such a file.</exception>
    public static (LogGenesis Genesis, IReadOnlyList<byte[]> Envelopes) Read(Stream file)
    {
        byte[] magic = new byte[Magic.Length];
        if (file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length || !magic.AsSpan().SequenceEqual(Magic)) throw Broken(0);
        byte[] start = ReadPart(file, LogGenesisCodec.BytesMax) ?? throw Broken(file.Position);
        if (LogGenesisCodec.TryDecode(start, out LogGenesis? genesis) != LogFault.None || genesis is null) throw Broken(file.Position);
        List<byte[]> envelopes = [];
        while (ReadPart(file, BatchEnvelopeCodec.BytesMax) is { } envelope) envelopes.Add(envelope);
        return (genesis, envelopes);
    }

    private static void WritePart(Stream file, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)bytes.Length);
        file.Write(length);
        file.Write(bytes);
    }

    /// <summary>Null at the end of the file.</summary>
    private static byte[]? ReadPart(Stream file, int bytesMax)
    {
        byte[] length = new byte[4];
        int read = file.ReadAtLeast(length, 4, throwOnEndOfStream: false);
        if (read == 0) return null;
        uint bytes = BinaryPrimitives.ReadUInt32BigEndian(length);
        if (read < 4 || bytes > (uint)bytesMax) throw Broken(file.Position);
        byte[] part = new byte[bytes];
        return file.ReadAtLeast(part, part.Length, throwOnEndOfStream: false) == part.Length ? part : throw Broken(file.Position);
    }

    private static ArchiveException Broken(long at) => new(ArchiveException.Damaged, $"not an exported log, or cut off at byte {at}");
}
