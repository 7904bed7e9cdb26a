using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Availability;

/// <summary>statement | bitmap u8 length | bytes | signatures 64 each.</summary>
public static class DaCertificateCodec
{
    public static byte[] Encode(DaCertificate certificate)
    {
        LogWriter writer = new(1_024);
        certificate.Statement.Write(writer);
        AttestedSignatures.Write(writer, certificate.Signers.Span, certificate.Signatures);
        return writer.ToArray();
    }

    /// <param name="certificate">Null where it is refused.</param>
    public static LogFault TryDecode(ReadOnlyMemory<byte> bytes, out DaCertificate? certificate)
    {
        LogReader reader = new(bytes);
        DaStatement statement = DaStatement.Read(ref reader);
        AttestedSignatures.Read(ref reader, out ReadOnlyMemory<byte> signers, out ReadOnlyMemory<byte>[] signatures);
        LogFault fault = reader.End();
        certificate = fault == LogFault.None ? new DaCertificate(statement, signers, signatures) : null;
        return fault;
    }
}
