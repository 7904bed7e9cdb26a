using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Availability;

/// <summary>bitmap u8 length | bytes | signatures 64 each, one a set bit.</summary>
internal static class AttestedSignatures
{
    private const int BitmapBytesMax = LogLimits.ValidatorsMax / 8;

    public static void Write(LogWriter writer, ReadOnlySpan<byte> signers, IReadOnlyList<ReadOnlyMemory<byte>> signatures)
    {
        if (signatures.Count != Bitmap.Count(signers)) throw new InvalidOperationException("one signature a set bit is needed");
        writer.U8(checked((byte)signers.Length)).Bytes(signers);
        foreach (ReadOnlyMemory<byte> signature in signatures) writer.Fixed(signature.Span, Ed25519.SignatureSize);
    }

    public static void Read(ref LogReader reader, out ReadOnlyMemory<byte> signers, out ReadOnlyMemory<byte>[] signatures)
    {
        byte length = reader.U8();
        if (length > BitmapBytesMax) reader.Fail(LogFault.TooLong);
        signers = reader.Fault == LogFault.None ? reader.Bytes(length) : default;
        int count = Bitmap.Count(signers.Span);
        if (count * Ed25519.SignatureSize > reader.Left) reader.Fail(LogFault.Truncated);
        signatures = new ReadOnlyMemory<byte>[reader.Fault == LogFault.None ? count : 0];
        for (int i = 0; i < signatures.Length; i++) signatures[i] = reader.Bytes(Ed25519.SignatureSize);
    }
}
