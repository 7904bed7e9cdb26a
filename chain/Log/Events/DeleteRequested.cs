using Dsdn.Chain.Codecs.Eip712;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>What the ids of a deletion name. Numbers are part of the format.</summary>
public enum DeleteScope : byte
{
    Chunks = 1,
    Files = 2,
}

/// <summary>
/// An owner gives up chunks or whole files of an agreement; references of other agreements stay: agreement 32 | scope u8 | count
/// u16 of ids 32, ascending.
/// </summary>
/// <param name="Ids">1 to 256, ascending, none twice.</param>
public sealed record DeleteRequested(Hash256 AgreementId, DeleteScope Scope, IReadOnlyList<Hash256> Ids) : OwnerBody
{
    private static readonly Hash256 TypeHash =
        Eip712StructHasher.TypeHash("DeleteRequested(bytes32 agreement,uint8 scope,bytes32[] ids,uint64 nonce,uint64 validUntilMs)");

    public override EventKind Kind => EventKind.DeleteRequested;

    internal static EventBody Read(ref LogReader reader)
    {
        Hash256 agreement = reader.Hash();
        DeleteScope scope = (DeleteScope)reader.U8();
        if (scope is < DeleteScope.Chunks or > DeleteScope.Files) reader.Fail(LogFault.Value);
        Hash256[] ids = new Hash256[reader.Count16(LogLimits.DeletesPerEventMax, Hash256.Size)];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = reader.Hash();
            if (i > 0 && ids[i].CompareTo(ids[i - 1]) <= 0) reader.Fail(LogFault.Value);
        }
        if (ids.Length == 0) reader.Fail(LogFault.Value);
        return new DeleteRequested(agreement, scope, ids);
    }

    internal override void Write(LogWriter writer)
    {
        writer.Hash(AgreementId).U8((byte)Scope).U16(checked((ushort)Ids.Count));
        foreach (Hash256 id in Ids) writer.Hash(id);
    }

    internal override Hash256 HashStruct(ulong nonce, ulong validUntilMs)
    {
        KeccakHasher ids = default;
        foreach (Hash256 id in Ids) ids.Append(id.Span);
        Eip712StructHasher hasher = new(TypeHash);
        hasher.Add(AgreementId);
        hasher.Add((ulong)Scope);
        hasher.Add(ids.Finish());
        hasher.Add(nonce);
        hasher.Add(validUntilMs);
        return hasher.Finish();
    }
}
