using System.Buffers;
using Dsdn.Services.Chunks;
using Dsdn.Services.Chunks.Wire;
using Google.Protobuf;

namespace Dsdn.StorageNode.Tests.Serving;

/// <summary>What is read by hand is what the parser of protoc reads.</summary>
public sealed class ReceivedPartsTests
{
    [Fact]
    public void RepliesAreReadAsTheParserReadsThem()
    {
        var reply = new GetReply { Data = ByteString.CopyFrom(Bytes(1, 65_536)), Total = ulong.MaxValue, Block = uint.MaxValue };
        for (int i = 0; i < 16; i++) reply.Siblings.Add(ByteString.CopyFrom(Bytes(i, 32)));
        using ReceivedReply read = ChunkMethods.TakeGet.Response.Read(Cut(reply.ToByteArray(), 1_000));
        Assert.True(read.Data.Span.SequenceEqual(reply.Data.Span));
        Assert.Equal((reply.Total, reply.Block), (read.Total, read.Block));
        Assert.Equal(reply.Siblings.Select(static sibling => sibling.ToByteArray()), read.Siblings.Select(static sibling => sibling.Span.ToArray()));
        using ReceivedReply empty = ChunkMethods.TakeGet.Response.Read(default);
        Assert.True(empty.Data.IsEmpty && empty.Siblings.Count == 0);
    }

    [Fact]
    public void PutsAreReadAsTheParserReadsThem()
    {
        var header = new PutHeader { Ticket = ByteString.CopyFrom(Bytes(2, 700)), Slot = 2, Offset = 1 << 20, MinSeq = 9 };
        using ReceivedPut first = ChunkMethods.TakePut.Request.Read(Cut(new PutRequest { Header = header }.ToByteArray(), 7));
        Assert.Equal(header, first.Header);
        Assert.True(first.Data.IsEmpty);
        byte[] data = Bytes(3, 40_000);
        using ReceivedPut second = ChunkMethods.TakePut.Request.Read(Cut(new PutRequest { Data = ByteString.CopyFrom(data) }.ToByteArray(), 16_384));
        Assert.Null(second.Header);
        Assert.True(second.Data.Span.SequenceEqual(data));
    }

    /// <summary>Bytes of a seed and messages with a byte changed: both readers refuse, or both read the same.</summary>
    [Fact]
    public void NoBytesAreReadDifferently()
    {
        var random = new Random(11);
        byte[] right = new GetReply { Data = ByteString.CopyFrom(Bytes(4, 20)), Total = 300, Block = 5, Siblings = { ByteString.CopyFrom(Bytes(5, 32)) } }.ToByteArray();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = i % 2 == 0 ? Bytes(i, random.Next(12)) : [.. right];
            if (i % 2 != 0) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            GetReply? expected = Try<GetReply, InvalidProtocolBufferException>(() => GetReply.Parser.ParseFrom(bytes));
            ReceivedReply? read = Try<ReceivedReply, InvalidDataException>(() => ChunkMethods.TakeGet.Response.Read(new ReadOnlySequence<byte>(bytes)));
            // Stricter only where a sibling is no hash, a tag has no number that a field can have, or a field ends that never began.
            if (read is null) continue;
            Assert.NotNull(expected);
            Assert.True(read.Data.Span.SequenceEqual(expected.Data.Span), Convert.ToHexString(bytes));
            Assert.Equal((expected.Total, expected.Block, expected.Siblings.Count), (read.Total, read.Block, read.Siblings.Count));
            read.Dispose();
        }
    }

    private static T? Try<T, TException>(Func<T> read)
        where T : class
        where TException : Exception
    {
        try
        {
            return read();
        }
        catch (TException)
        {
            return null;
        }
    }

    private static byte[] Bytes(int seed, int count)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static ReadOnlySequence<byte> Cut(byte[] bytes, int piece)
    {
        Segment first = new(bytes.AsMemory(0, Math.Min(piece, bytes.Length)), 0), last = first;
        for (int at = piece; at < bytes.Length; at += piece) last = last.Then(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Segment Then(ReadOnlyMemory<byte> memory)
        {
            Segment next = new(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
