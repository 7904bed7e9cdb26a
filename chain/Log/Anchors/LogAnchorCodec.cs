using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Wire;

namespace Dsdn.Chain.Log.Anchors;

/// <summary>
/// chain id u64 | epoch u64 | validator set 32 | seq u64 | core hash 32 | state root 32 | DA height u64 | DA data root 32; attested:
/// then bitmap u8 length | bytes | signatures 64 each.
/// </summary>
public static class LogAnchorCodec
{
    public static byte[] Encode(AttestedAnchor anchor)
    {
        LogWriter writer = new(1_024);
        WriteStatement(writer, anchor.Anchor);
        AttestedSignatures.Write(writer, anchor.Signers.Span, anchor.Signatures);
        return writer.ToArray();
    }

    /// <param name="anchor">Null where it is refused.</param>
    public static LogFault TryDecode(ReadOnlyMemory<byte> bytes, out AttestedAnchor? anchor)
    {
        LogReader reader = new(bytes);
        LogAnchor statement = ReadStatement(ref reader);
        AttestedSignatures.Read(ref reader, out ReadOnlyMemory<byte> signers, out ReadOnlyMemory<byte>[] signatures);
        LogFault fault = reader.End();
        anchor = fault == LogFault.None ? new AttestedAnchor(statement, signers, signatures) : null;
        return fault;
    }

    /// <summary>Without signatures: what they are over.</summary>
    public static byte[] EncodeStatement(LogAnchor anchor)
    {
        LogWriter writer = new(192);
        WriteStatement(writer, anchor);
        return writer.ToArray();
    }

    /// <param name="anchor">Null where it is refused.</param>
    public static LogFault TryDecodeStatement(ReadOnlyMemory<byte> bytes, out LogAnchor? anchor)
    {
        LogReader reader = new(bytes);
        LogAnchor read = ReadStatement(ref reader);
        LogFault fault = reader.End();
        anchor = fault == LogFault.None ? read : null;
        return fault;
    }

    internal static void WriteStatement(LogWriter writer, LogAnchor anchor) => writer
        .U64(anchor.ChainId).U64(anchor.Epoch).Hash(anchor.ValidatorSetHash).U64(anchor.Seq).Hash(anchor.CoreHash).Hash(anchor.StateRoot)
        .U64(anchor.DaHeight).Hash(anchor.DaDataRoot);

    internal static LogAnchor ReadStatement(ref LogReader reader)
    {
        LogAnchor read = new(reader.U64(), reader.U64(), reader.Hash(), reader.U64(), reader.Hash(), reader.Hash(), reader.U64(), reader.Hash());
        if (read.Seq == 0 || (read.DaHeight == 0) != read.DaDataRoot.IsZero) reader.Fail(LogFault.Value);
        return read;
    }
}
