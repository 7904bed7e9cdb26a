using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Availability;

/// <summary>
/// tier u8, then 1 Celestia: height u64 | namespace 29 | share version u8 | commitment 32 | length u32 | SHA-256 32; 2 quorum:
/// certificate hash 32; 3 emergency: key 32 | signature 64 | SHA-256 32 | location u32 length | ASCII. An unknown tier is a fault.
/// </summary>
public static class DaPointerCodec
{
    public static byte[] Encode(DaPointer pointer)
    {
        LogWriter writer = new LogWriter().U8((byte)pointer.Tier);
        return (pointer switch
        {
            CelestiaPointer at => writer.U64(at.Height).Fixed(at.Namespace.Span, CelestiaPointer.NamespaceBytes).U8(at.ShareVersion).Hash(at.Commitment).U32(at.DataBytes).Hash(at.Sha256),
            QuorumPointer at => writer.Hash(at.CertificateHash),
            EmergencyPointer at => writer.Hash(at.OperatorKey).Fixed(at.Signature.Span, Ed25519.SignatureSize).Hash(at.Sha256).Prefixed(Encoding.ASCII.GetBytes(at.Location)),
            _ => throw new ArgumentOutOfRangeException(nameof(pointer)),
        }).ToArray();
    }

    /// <param name="pointer">Null where it is refused.</param>
    public static LogFault TryDecode(ReadOnlyMemory<byte> bytes, out DaPointer? pointer)
    {
        LogReader reader = new(bytes);
        DaPointer? read = (DaTier)reader.U8() switch
        {
            DaTier.Celestia => ReadCelestia(ref reader),
            DaTier.Quorum => new QuorumPointer(reader.Hash()),
            DaTier.Emergency => ReadEmergency(ref reader),
            _ => null,
        };
        if (read is null) reader.Fail(LogFault.Value);
        LogFault fault = reader.End();
        pointer = fault == LogFault.None ? read : null;
        return fault;
    }

    private static CelestiaPointer ReadCelestia(ref LogReader reader)
    {
        CelestiaPointer read = new(reader.U64(), reader.Bytes(CelestiaPointer.NamespaceBytes), reader.U8(1), reader.Hash(), reader.U32(), reader.Hash());
        if (read.Height == 0 || read.DataBytes is 0 or > Batches.BatchEnvelopeCodec.BytesMax) reader.Fail(LogFault.Value);
        return read;
    }

    private static EmergencyPointer ReadEmergency(ref LogReader reader)
    {
        var key = reader.Hash();
        ReadOnlyMemory<byte> signature = reader.Bytes(Ed25519.SignatureSize);
        var sha256 = reader.Hash();
        ReadOnlySpan<byte> location = reader.Prefixed(LogLimits.LocationBytesMax).Span;
        if (location.IsEmpty || location.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7e) >= 0) reader.Fail(LogFault.Value);
        return new EmergencyPointer(key, signature, sha256, Encoding.ASCII.GetString(location));
    }
}
