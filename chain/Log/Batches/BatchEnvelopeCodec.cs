using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Batches;

/// <summary>header 328 | bitmap u8 length | bytes | votes 64 each | group signature 64 | author signature 64 | body u32 length | bytes.</summary>
public static class BatchEnvelopeCodec
{
    public const int BytesMax = BatchHeaderCodec.Bytes + 1 + BitmapBytesMax + ((LogLimits.CommitteeMembersMax + 2) * Ed25519.SignatureSize)
        + 4 + LogLimits.EncodedBodyBytesMax;

    private const int BitmapBytesMax = (LogLimits.CommitteeMembersMax + 7) / 8;

    public static byte[] Encode(BatchEnvelope envelope)
    {
        if (envelope.Votes.Count != Bitmap.Count(envelope.Voters.Span)) throw new InvalidOperationException("one vote a set bit is needed");
        LogWriter writer = new(BatchHeaderCodec.Bytes + (Ed25519.SignatureSize * (envelope.Votes.Count + 2)) + envelope.Body.Length + 64);
        BatchHeaderCodec.Write(writer, envelope.Header);
        writer.U8(checked((byte)envelope.Voters.Length)).Bytes(envelope.Voters.Span);
        foreach (ReadOnlyMemory<byte> vote in envelope.Votes) writer.Fixed(vote.Span, Ed25519.SignatureSize);
        return writer.Fixed(envelope.GroupSignature.Span, Ed25519.SignatureSize).Fixed(envelope.AuthorSignature.Span, Ed25519.SignatureSize)
            .Prefixed(envelope.Body.Span).ToArray();
    }

    /// <summary>Form only; whether it holds is <see cref="BatchVerifier"/>'s question.</summary>
    /// <param name="bytes">Kept by the envelope: not copied.</param>
    /// <param name="envelope">Null where it is refused.</param>
    public static LogFault TryDecode(ReadOnlyMemory<byte> bytes, out BatchEnvelope? envelope)
    {
        envelope = null;
        LogReader reader = new(bytes);
        BatchHeader header = BatchHeaderCodec.Read(ref reader);
        byte length = reader.U8();
        if (length > BitmapBytesMax) reader.Fail(LogFault.TooLong);
        ReadOnlyMemory<byte> voters = reader.Fault == LogFault.None ? reader.Bytes(length) : default;
        int count = Bitmap.Count(voters.Span);
        if (count * Ed25519.SignatureSize > reader.Left) reader.Fail(LogFault.Truncated);
        if (reader.Fault != LogFault.None) return reader.Fault;
        ReadOnlyMemory<byte>[] votes = new ReadOnlyMemory<byte>[count];
        for (int i = 0; i < count; i++) votes[i] = reader.Bytes(Ed25519.SignatureSize);
        BatchEnvelope read = new(
            header, voters, votes, reader.Bytes(Ed25519.SignatureSize), reader.Bytes(Ed25519.SignatureSize), reader.Prefixed(LogLimits.EncodedBodyBytesMax));
        LogFault fault = reader.End();
        if (fault == LogFault.None) envelope = read;
        return fault;
    }
}
