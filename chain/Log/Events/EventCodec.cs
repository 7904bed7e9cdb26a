using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>
/// version u8 | chain id u64 | kind u16 | author type u8 | author 32 | nonce u64 | valid until u64 | body u32 length | bytes |
/// signature, whose length follows from the author type. The id is the hash of all but the signature, behind the tag.
/// </summary>
public static class EventCodec
{
    /// <summary>r | s | v with v 27 or 28, as wallets give it.</summary>
    public const int OwnerSignatureSize = 65;

    /// <summary>Everything in front of the body.</summary>
    public const int HeadBytes = 1 + 8 + 2 + 1 + Hash256.Size + 8 + 8 + 4;

    public const int BytesMin = HeadBytes;

    /// <summary>The longest event there is.</summary>
    public const int BytesMax = HeadBytes + LogLimits.AnchorBodyBytesMax + OwnerSignatureSize;

    public static byte[] Encode(LogEvent entry)
    {
        LogWriter writer = new(HeadBytes + entry.Body.Length + OwnerSignatureSize);
        WriteSigned(writer, entry);
        return writer.Fixed(entry.Signature.Span, SignatureBytes(entry.AuthorType)).ToArray();
    }

    /// <summary>What the author signs; see <see cref="EventSignature"/>.</summary>
    public static Hash256 Id(LogEvent entry)
    {
        LogWriter writer = new(HeadBytes + entry.Body.Length);
        WriteSigned(writer, entry);
        return LogTag.Hash(LogDomain.Event, writer.Written);
    }

    /// <summary>The id of an event from the bytes that <see cref="TryDecode"/> took.</summary>
    public static Hash256 IdOf(ReadOnlySpan<byte> encoded, AuthorType author) => LogTag.Hash(LogDomain.Event, encoded[..^SignatureBytes(author)]);

    /// <summary>Form only: version, chain, limits, the author type that the kind has. Body and signature are looked at later.</summary>
    /// <param name="encoded">Kept by the event: not copied.</param>
    /// <param name="entry">Null where it is refused.</param>
    public static LogFault TryDecode(ReadOnlyMemory<byte> encoded, ulong chainId, out LogEvent? entry)
    {
        entry = null;
        LogReader reader = new(encoded);
        if (reader.U8() != LogEvent.CurrentVersion) reader.Fail(LogFault.Version);
        if (reader.U64() != chainId) reader.Fail(LogFault.ChainId);
        EventKind kind = (EventKind)reader.U16();
        AuthorType author = (AuthorType)reader.U8((byte)AuthorType.Committee);
        LogEvent read = new()
        {
            ChainId = chainId, Kind = kind, AuthorType = author, Author = reader.Hash(), Nonce = reader.U64(), ValidUntilMs = reader.U64(),
            Body = reader.Prefixed(LogLimits.AnchorBodyBytesMax), Signature = reader.Bytes(SignatureBytes(author)),
        };
        if (reader.End() is not LogFault.None and var fault) return fault;
        if (EventKinds.Find(kind) is not { } info) return LogFault.KindUnknown;
        if (read.Body.Length > info.BodyBytesMax) return LogFault.TooLong;
        if (!info.Authors.Contains(author) || !IsAuthor(read)) return LogFault.AuthorNotAllowed;
        entry = read;
        return LogFault.None;
    }

    public static int SignatureBytes(AuthorType author) => author switch
    {
        AuthorType.Node => Ed25519.SignatureSize,
        AuthorType.Account or AuthorType.Session => OwnerSignatureSize,
        _ => 0,
    };

    /// <summary>The author field has the form of its type, and only those who sign may set an end.</summary>
    private static bool IsAuthor(LogEvent entry) => entry.AuthorType switch
    {
        AuthorType.Node => !entry.Author.IsZero && entry.ValidUntilMs != 0,
        AuthorType.Account or AuthorType.Session => AuthorAddress.TryRead(entry.Author, out Address account) && !account.IsZero && entry.ValidUntilMs != 0,
        AuthorType.Derived => entry.Author == EventKinds.DerivedFrom(entry.Kind) && entry.ValidUntilMs == 0,
        _ => entry.ValidUntilMs == 0,
    };

    private static void WriteSigned(LogWriter writer, LogEvent entry) => writer
        .U8(LogEvent.CurrentVersion).U64(entry.ChainId).U16((ushort)entry.Kind).U8((byte)entry.AuthorType).Hash(entry.Author)
        .U64(entry.Nonce).U64(entry.ValidUntilMs).Prefixed(entry.Body.Span);
}
