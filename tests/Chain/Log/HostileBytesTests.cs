using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Receipts;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Log;

/// <summary>Whatever the bytes are: a typed refusal, or the one form that encodes to the same bytes again.</summary>
public sealed class HostileBytesTests
{
    /// <summary>Decodes and, where that went well, encodes again.</summary>
    private delegate LogFault Codec(byte[] bytes, out byte[]? again);

    /// <summary>The vector each decoder is fed from, by the first part of its name.</summary>
    private static readonly (string Prefix, Codec Codec)[] Codecs = [
        ("event/", Event), ("body/", Body), ("committee/", OfCommittee), ("first/header", Header), ("ninth/header", Header), ("first/envelope", Envelope),
        ("ninth/envelope", Envelope), ("first/body", BatchBodyOf), ("ninth/body", BatchBodyOf), ("pointer/", Pointer), ("certificate", Certificate),
        ("log-anchor", Anchor), ("receipt", Receipt)];

    public static TheoryData<string> Formats => [.. SecondImplementationTests.Vectors.Keys.Where(name => CodecOf(name) is not null)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void VectorDecodesToItself(string name)
    {
        byte[] bytes = SecondImplementationTests.Vectors[name];
        Assert.Equal(LogFault.None, CodecOf(name)!(bytes, out byte[]? again));
        Assert.Equal(bytes, again);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void EveryTruncationAndEveryTailIsRefused(string name)
    {
        byte[] bytes = SecondImplementationTests.Vectors[name];
        Codec codec = CodecOf(name)!;
        for (int length = 0; length < bytes.Length; length++) Assert.NotEqual(LogFault.None, codec(bytes[..length], out _));
        Assert.NotEqual(LogFault.None, codec([.. bytes, 0], out _));
        Assert.NotEqual(LogFault.None, codec([.. bytes, .. bytes], out _));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void ChangedBytesAreRefusedOrCanonical(string name)
    {
        byte[] bytes = SecondImplementationTests.Vectors[name];
        Codec codec = CodecOf(name)!;
        Random random = new(bytes.Length);
        for (int i = 0; i < 1_000; i++)
        {
            byte[] changed = [.. bytes];
            for (int n = random.Next(1, 4); n > 0; n--) changed[random.Next(changed.Length)] = Interesting(random);
            LogFault fault = codec(changed, out byte[]? again);
            if (fault == LogFault.None) Assert.Equal(changed, again);
            else Assert.StartsWith("DSDN-E-LOG-", fault.Code(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void RandomBytesAreRefused()
    {
        Random random = new(5);
        foreach ((_, Codec codec) in Codecs)
        {
            for (int i = 0; i < 500; i++)
            {
                byte[] bytes = new byte[random.Next(600)];
                random.NextBytes(bytes);
                if (bytes.Length > 0 && i % 2 == 0) bytes[0] = 1; // past the version
                if (codec(bytes, out byte[]? again) == LogFault.None) Assert.Equal(bytes, again);
            }
        }
    }

    [Fact]
    public void CountsThatTheBytesCannotHoldTakeNoMemory()
    {
        Assert.Equal(LogFault.TooLong, BatchBodyCodec.TryDecode(new byte[] { 0xff, 0xff, 0xff, 0xff }, out _));
        Assert.Equal(LogFault.Truncated, BatchBodyCodec.TryDecode(new byte[] { 0, 0, 0x40, 0 }, out _));
        Assert.Equal(LogFault.TooLong, BatchBodyCodec.TryDecode(new byte[] { 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff }, out _));
        Assert.Equal(LogFault.TooLong, BatchBodyCodec.TryDecode(new byte[LogLimits.BatchBodyBytesMax + 1], out _));
    }

    /// <summary>Signed by one key or another, a changed event is never taken for what it was.</summary>
    [Theory]
    [InlineData("event/NodeStats")]
    [InlineData("event/AgreementUse/owner")]
    [InlineData("event/DeleteRequested/session")]
    [InlineData("event/ChunkDeclared/owner")]
    public void EveryByteOfASignedEventCounts(string name)
    {
        byte[] bytes = SecondImplementationTests.Vectors[name];
        EventContext context = new(LogSamples.ChainId, 9, 5_000, Hash256.Zero, ChecksAuthors: true);
        Assert.Equal(LogFault.None, EventReader.TryRead(bytes, context, 0, out CheckedEvent? read));
        Assert.Equal(new Hash256(SecondImplementationTests.Vectors[name.Replace("event/", "event-id/", StringComparison.Ordinal)]), read!.Id);
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 1;
            Assert.NotEqual(LogFault.None, EventReader.TryRead(changed, context, 0, out _));
        }
    }

    private static byte Interesting(Random random) => random.Next(4) switch
    {
        0 => 0,
        1 => 0xff,
        2 => (byte)(1 << random.Next(8)),
        _ => (byte)random.Next(256),
    };

    private static Codec? CodecOf(string name)
    {
        foreach ((string prefix, Codec codec) in Codecs)
        {
            bool fits = prefix.EndsWith('/') ? name.StartsWith(prefix, StringComparison.Ordinal) : name == prefix;
            if (!fits) continue;
            return prefix == "body/" ? (byte[] bytes, out byte[]? again) => BodyOf(name["body/".Length..].Split('/')[0], bytes, out again) : codec;
        }
        return null;
    }

    private static LogFault Event(byte[] bytes, out byte[]? again)
    {
        LogFault fault = EventCodec.TryDecode(bytes, LogSamples.ChainId, out LogEvent? entry);
        again = entry is null ? null : EventCodec.Encode(entry);
        return fault;
    }

    private static LogFault Body(byte[] bytes, out byte[]? again) => BodyOf("NodeStats", bytes, out again);

    private static LogFault BodyOf(string kind, byte[] bytes, out byte[]? again)
    {
        LogEvent entry = new()
        {
            ChainId = LogSamples.ChainId, Kind = Enum.Parse<EventKind>(kind), AuthorType = AuthorType.Node, Author = LogSamples.Word("any"), Nonce = 1,
            ValidUntilMs = 1, Body = bytes, Signature = default,
        };
        LogFault fault = EventBodyCodec.TryDecode(entry, 1, out EventBody? body);
        again = body?.Encode();
        return fault;
    }

    private static LogFault OfCommittee(byte[] bytes, out byte[]? again)
    {
        LogFault fault = CommitteeCodec.TryDecode(bytes, out Committee? committee);
        again = committee is null ? null : CommitteeCodec.Encode(committee);
        return fault;
    }

    private static LogFault Header(byte[] bytes, out byte[]? again)
    {
        LogFault fault = BatchHeaderCodec.TryDecode(bytes, out BatchHeader? header);
        again = header is null ? null : BatchHeaderCodec.Encode(header);
        return fault;
    }

    private static LogFault Envelope(byte[] bytes, out byte[]? again)
    {
        LogFault fault = BatchEnvelopeCodec.TryDecode(bytes, out BatchEnvelope? envelope);
        again = envelope is null ? null : BatchEnvelopeCodec.Encode(envelope);
        return fault;
    }

    private static LogFault BatchBodyOf(byte[] bytes, out byte[]? again)
    {
        LogFault fault = BatchBodyCodec.TryDecode(bytes, out BatchBody? body);
        again = body is null ? null : BatchBodyCodec.Encode(body);
        return fault;
    }

    private static LogFault Pointer(byte[] bytes, out byte[]? again)
    {
        LogFault fault = DaPointerCodec.TryDecode(bytes, out DaPointer? pointer);
        again = pointer is null ? null : DaPointerCodec.Encode(pointer);
        return fault;
    }

    private static LogFault Certificate(byte[] bytes, out byte[]? again)
    {
        LogFault fault = DaCertificateCodec.TryDecode(bytes, out DaCertificate? certificate);
        again = certificate is null ? null : DaCertificateCodec.Encode(certificate);
        return fault;
    }

    private static LogFault Anchor(byte[] bytes, out byte[]? again)
    {
        LogFault fault = LogAnchorCodec.TryDecode(bytes, out AttestedAnchor? anchor);
        again = anchor is null ? null : LogAnchorCodec.Encode(anchor);
        return fault;
    }

    private static LogFault Receipt(byte[] bytes, out byte[]? again)
    {
        LogFault fault = ReceiptV1Codec.TryDecode(bytes, out ReceiptV1? receipt);
        again = receipt is null ? null : ReceiptV1Codec.Encode(receipt);
        return fault;
    }
}
