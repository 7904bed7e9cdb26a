using System.Security.Cryptography;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Availability;

/// <summary>What a validator vouches for when it has stored an envelope, fsynced, until it expires (da 5.3, rulings 39).</summary>
/// <param name="Epoch">Of the chain.</param>
/// <param name="ValidatorSetHash">As in the blocks of that epoch.</param>
/// <param name="Namespace">29 bytes; with the share version, where the same bytes go on Celestia.</param>
/// <param name="DataBytes">Of the envelope.</param>
/// <param name="Sha256">Of the envelope.</param>
/// <param name="Commitment">Celestia's share commitment of the envelope as a blob.</param>
/// <param name="ChunkRoot">Of the envelope: <see cref="Availability.ChunkRoot"/>.</param>
/// <param name="CreatedMs">The batch's log time.</param>
/// <param name="ExpiresMs">Seven days later.</param>
public sealed record DaStatement(
    ulong ChainId, ulong Epoch, Hash256 ValidatorSetHash, ulong Seq, Hash256 CoreHash, ReadOnlyMemory<byte> Namespace, byte ShareVersion,
    uint DataBytes, Hash256 Sha256, Hash256 Commitment, Hash256 ChunkRoot, ulong CreatedMs, ulong ExpiresMs)
{
    /// <summary>Seven days: the keeping of an attested envelope.</summary>
    public const ulong KeptMs = 7UL * 24 * 60 * 60 * 1_000;

    /// <summary>H(tag | fields).</summary>
    public Hash256 Id
    {
        get
        {
            LogWriter writer = new(256);
            Write(writer);
            return LogTag.Hash(LogDomain.Attestation, writer.Written);
        }
    }

    /// <summary>What a validator signs: tag | id.</summary>
    public byte[] Message => LogTag.Message(LogDomain.Attestation, Id.Span);

    /// <summary>About this envelope.</summary>
    /// <param name="envelope">The exact bytes.</param>
    /// <param name="header">Read from them.</param>
    /// <param name="commitment">Celestia's, computed by the caller: this project does not know shares.</param>
    public static DaStatement For(
        ReadOnlySpan<byte> envelope, BatchHeader header, ulong epoch, in Hash256 validatorSetHash, ReadOnlyMemory<byte> nameSpace, byte shareVersion, in Hash256 commitment) =>
        new(
            header.ChainId, epoch, validatorSetHash, header.Seq, header.CoreHash, nameSpace, shareVersion, (uint)envelope.Length, new Hash256(SHA256.HashData(envelope)),
            commitment, Availability.ChunkRoot.Of(envelope), header.LogTimeMs, checked(header.LogTimeMs + KeptMs));

    /// <summary>Whether it is about this envelope: all but the commitment, the set and the epoch.</summary>
    public LogVerdict CheckEnvelope(ReadOnlySpan<byte> envelope, BatchHeader header)
    {
        if (Seq != header.Seq || CoreHash != header.CoreHash) return new(LogFault.Binding, $"the statement is about batch {Seq} {CoreHash}");
        if (CreatedMs != header.LogTimeMs) return new(LogFault.Binding, $"created {CreatedMs}, the batch is of {header.LogTimeMs}");
        if (DataBytes != (uint)envelope.Length || Sha256 != new Hash256(SHA256.HashData(envelope)) || ChunkRoot != Availability.ChunkRoot.Of(envelope))
            return new(LogFault.Binding, $"the statement is about {DataBytes} bytes {Sha256}");
        return LogVerdict.Valid;
    }

    /// <summary>The fields as the id is over them.</summary>
    public byte[] Encode()
    {
        LogWriter writer = new(256);
        Write(writer);
        return writer.ToArray();
    }

    /// <param name="statement">Null where it is refused.</param>
    public static LogFault TryDecode(ReadOnlyMemory<byte> bytes, out DaStatement? statement)
    {
        LogReader reader = new(bytes);
        DaStatement read = Read(ref reader);
        LogFault fault = reader.End();
        statement = fault == LogFault.None ? read : null;
        return fault;
    }

    internal void Write(LogWriter writer) => writer
        .U64(ChainId).U64(Epoch).Hash(ValidatorSetHash).U64(Seq).Hash(CoreHash).Fixed(Namespace.Span, CelestiaPointer.NamespaceBytes)
        .U8(ShareVersion).U32(DataBytes).Hash(Sha256).Hash(Commitment).Hash(ChunkRoot).U64(CreatedMs).U64(ExpiresMs);

    internal static DaStatement Read(ref LogReader reader)
    {
        DaStatement read = new(
            reader.U64(), reader.U64(), reader.Hash(), reader.U64(), reader.Hash(), reader.Bytes(CelestiaPointer.NamespaceBytes), reader.U8(1), reader.U32(),
            reader.Hash(), reader.Hash(), reader.Hash(), reader.U64(), reader.U64());
        if (read.Seq == 0 || read.DataBytes is 0 or > BatchEnvelopeCodec.BytesMax) reader.Fail(LogFault.Value);
        return read;
    }
}
