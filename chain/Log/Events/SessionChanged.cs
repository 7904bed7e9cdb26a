using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>What a session key may sign for the account that registered it. Bits are part of the ABI and of records: never renumber.</summary>
[Flags]
public enum SessionScopes : byte
{
    None = 0,

    /// <summary>AgreementUse, ChunkDeclared, and upload tickets.</summary>
    Upload = 1,

    /// <summary>DeleteRequested.</summary>
    Delete = 2,

    All = Upload | Delete,
}

/// <summary>
/// A session key of an account as the chain has it now: the body is the record of the Agreements feed as it is, type u8 = 2 | owner 20 |
/// key 20 | scopes u8 | expires u64. A key belongs to each account that registered it apart, so nobody can take another's key away.
/// </summary>
/// <param name="Key">The address that signs.</param>
/// <param name="Scopes">None: it was revoked.</param>
/// <param name="ExpiresMs">It does not count from this log time on.</param>
public sealed record SessionChanged(Address Owner, Address Key, SessionScopes Scopes, ulong ExpiresMs) : EventBody
{
    /// <summary>Tells the records of one feed apart.</summary>
    public const byte RecordType = 2;

    public override EventKind Kind => EventKind.SessionChanged;

    internal static EventBody Read(ref LogReader reader)
    {
        if (reader.U8() != RecordType) reader.Fail(LogFault.Value);
        return new SessionChanged(reader.Address(), reader.Address(), (SessionScopes)reader.U8((byte)SessionScopes.All), reader.U64());
    }

    internal override void Write(LogWriter writer) => writer.U8(RecordType).Address(Owner).Address(Key).U8((byte)Scopes).U64(ExpiresMs);
}
