using System.IO.Compression;
using System.Security.Cryptography;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Log;

public sealed class BatchBodyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(11)]
    public void CompressedBodiesComeBack(int quality)
    {
        byte[] plain = BatchBodyCodec.Encode(LogSamples.SomeEvents(20));
        byte[] packed = BatchBodyCodec.Compress(plain, quality)!;
        Assert.True(packed.Length < plain.Length);
        Assert.Equal(LogFault.None, BatchBodyCodec.TryUnpack(BodyCodec.Brotli, packed, (uint)plain.Length, out ReadOnlyMemory<byte> unpacked));
        Assert.Equal(plain, unpacked.ToArray());
    }

    [Fact]
    public void StreamOfTheSecondImplementationUnpacks()
    {
        byte[] plain = SecondImplementationTests.Vectors["ninth/body"];
        Assert.Equal(LogFault.None, BatchBodyCodec.TryUnpack(BodyCodec.Brotli, SecondImplementationTests.Vectors["ninth/body-brotli"], (uint)plain.Length, out ReadOnlyMemory<byte> unpacked));
        Assert.Equal(plain, unpacked.ToArray());
    }

    [Fact]
    public void WhatDoesNotShrinkStaysAsItIs()
    {
        byte[] noise = RandomNumberGenerator.GetBytes(500);
        Assert.Null(BatchBodyCodec.Compress(noise, 5));
        (BatchHeader header, byte[] body) = BatchSealer.Seal(LogSamples.Template(LogSamples.Committee(1)), new BatchBody([noise], []), 5);
        Assert.Equal(BodyCodec.Raw, header.BodyCodec);
        Assert.Equal(header.BodyBytes, (uint)body.Length);
    }

    [Fact]
    public void BombStopsAtTheDeclaredLength()
    {
        byte[] bomb = new byte[1_000];
        Assert.True(BrotliEncoder.TryCompress(new byte[16 << 20], bomb, out int length, 5, 24));
        Assert.Equal(LogFault.BodyLength, BatchBodyCodec.TryUnpack(BodyCodec.Brotli, bomb.AsMemory(0, length), 1_000, out _));
        Assert.Equal(LogFault.BodyLength, BatchBodyCodec.TryUnpack(BodyCodec.Brotli, bomb.AsMemory(0, length), LogLimits.BatchBodyBytesMax, out _));
        Assert.Equal(LogFault.TooLong, BatchBodyCodec.TryUnpack(BodyCodec.Brotli, bomb.AsMemory(0, length), LogLimits.BatchBodyBytesMax + 1, out _));
    }

    [Fact]
    public void StreamMustEndWhereTheBodyDoes()
    {
        byte[] plain = BatchBodyCodec.Encode(LogSamples.SomeEvents(3));
        byte[] packed = BatchBodyCodec.Compress(plain, 5)!;
        uint declared = (uint)plain.Length;
        Assert.Equal(LogFault.BodyLength, Unpack(packed, declared + 1));
        Assert.Equal(LogFault.BodyLength, Unpack(packed, declared - 1));
        Assert.Equal(LogFault.BodyCodec, Unpack([.. packed, 0], declared));
        for (int i = 0; i < packed.Length; i++) Assert.NotEqual(LogFault.None, Unpack(packed[..i], declared));
        Assert.Equal(LogFault.BodyLength, BatchBodyCodec.TryUnpack(BodyCodec.Raw, plain, declared + 1, out _));
        Assert.Equal(LogFault.BodyCodec, BatchBodyCodec.TryUnpack((BodyCodec)2, plain, declared, out _));

        static LogFault Unpack(byte[] bytes, uint declared) => BatchBodyCodec.TryUnpack(BodyCodec.Brotli, bytes, declared, out _);
    }

    [Fact]
    public void EachEventIsProvenAtItsPlaceOnly()
    {
        foreach (int count in (int[])[1, 2, 3, 5, 8, 13])
        {
            BatchBody body = LogSamples.SomeEvents(count);
            Hash256 root = BatchRoots.Root(body.Events);
            for (int i = 0; i < count; i++)
            {
                Hash256[] proof = BatchRoots.Proof(body.Events, i);
                Assert.True(BatchRoots.Holds(body.Events[i].Span, (uint)i, (uint)count, proof, root));
                Assert.False(BatchRoots.Holds(body.Events[i].Span, (uint)(i + 1), (uint)count, proof, root));
                Assert.False(BatchRoots.Holds(body.Events[(i + 1) % count].Span, (uint)i, (uint)count, proof, root) && count > 1);
            }
        }
    }

    [Fact]
    public void UnreadableEventDoesNotSpoilItsBatch()
    {
        var committee = LogSamples.Committee(1);
        BatchEnvelope batch = LogSamples.Batch(committee, null, new BatchBody([new byte[] { 9, 9, 9 }, .. LogSamples.SomeEvents(1).Events], []));
        Assert.True(BatchVerifier.Verify(batch, new(LogSamples.ChainId, LogSamples.LogId, null, committee), out BatchBody? body).IsValid);
        Assert.Equal(2, body!.Events.Count);
    }
}
