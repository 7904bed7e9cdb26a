using System.Buffers;
using Dsdn.Consensus.Network.Wire;
using Dsdn.Peer.V1;
using Google.Protobuf;

namespace Dsdn.Network.Tests;

/// <summary>The frame written by hand against the code that protoc makes of peer.proto.</summary>
public sealed class FrameTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(2_097_151)]
    [InlineData(2_097_152)]
    public void PayloadIsWhatProtobufWrites(int length)
    {
        byte[] payload = new byte[length];
        new Random(length).NextBytes(payload);
        Compare(PeerFrame.OfPayload(payload), new Frame { Payload = ByteString.CopyFrom(payload) });
    }

    [Fact]
    public void PingAndPongAreWhatProtobufWrites()
    {
        foreach (ulong number in (ulong[])[1, 255, ulong.MaxValue, 0x0102030405060708])
        {
            Compare(new PeerFrame(default, number, 0), new Frame { Ping = number });
            Compare(new PeerFrame(default, 0, number), new Frame { Pong = number });
        }
    }

    private static void Compare(PeerFrame mine, Frame theirs)
    {
        ArrayBufferWriter<byte> output = new();
        PeerFrame.Marshaller.Write(mine, output);
        Assert.Equal(theirs.ToByteArray(), output.WrittenSpan.ToArray());
        Assert.Equal(output.WrittenCount, PeerFrame.Marshaller.Size(mine));
        PeerFrame read = PeerFrame.Marshaller.Read(new ReadOnlySequence<byte>(output.WrittenMemory));
        Assert.Equal((mine.Ping, mine.Pong), (read.Ping, read.Pong));
        Assert.Equal(mine.Payload.ToArray(), read.Payload.ToArray());
    }
}
