using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>
/// A row of the module Nodes as its feed carries it: rlp([1, operator, class, status, stake, tlsFingerprint, zone, registeredMs,
/// statusSinceMs, exitDueMs, cooldownUntilMs, slashes, hasLeft]).
/// </summary>
/// <param name="Class">0 regular, 1 data center.</param>
/// <param name="Status">0 Pending, 1 Active, 2 Quarantined, 3 Banned, 4 Leaving.</param>
public sealed record NodeRecord(
    Address Operator, byte Class, byte Status, Amount Stake, Hash256 TlsFingerprint, ushort Zone, ulong RegisteredMs,
    ulong StatusSinceMs, ulong ExitDueMs, ulong CooldownUntilMs, ulong Slashes, bool HasLeft)
{
    public const byte StatusActive = 1, StatusQuarantined = 2, StatusLeaving = 4;

    private const ulong Version = 1, ClassMax = 1, StatusMax = 4;

    /// <summary>Whether it may be given new work.</summary>
    public bool IsActive => Status == StatusActive && !HasLeft;

    /// <summary>Whether it gives away what it has, before it goes (rulings 43).</summary>
    public bool IsLeaving => Status == StatusLeaving && !HasLeft;

    public byte[] Encode()
    {
        RlpWriter writer = new(stackalloc byte[256]);
        int list = writer.BeginList();
        writer.Write(Version);
        writer.Write(Operator);
        writer.Write((ulong)Class);
        writer.Write((ulong)Status);
        writer.Write(Stake);
        writer.Write(TlsFingerprint);
        writer.Write((ulong)Zone);
        writer.Write(RegisteredMs);
        writer.Write(StatusSinceMs);
        writer.Write(ExitDueMs);
        writer.Write(CooldownUntilMs);
        writer.Write(Slashes);
        writer.Write(HasLeft);
        writer.EndList(list);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out NodeRecord? record)
    {
        record = null;
        RlpReader reader = new(bytes);
        if (!reader.TryReadList(out RlpReader fields) || !reader.TryEnd() || !fields.TryReadUInt64(out ulong version) || version != Version) return false;
        fields.TryReadAddress(out Address nodeOperator);
        fields.TryReadUInt64(out ulong nodeClass);
        fields.TryReadUInt64(out ulong status);
        fields.TryReadAmount(out Amount stake);
        fields.TryReadHash(out Hash256 tlsFingerprint);
        fields.TryReadUInt64(out ulong zone);
        fields.TryReadUInt64(out ulong registeredMs);
        fields.TryReadUInt64(out ulong statusSinceMs);
        fields.TryReadUInt64(out ulong exitDueMs);
        fields.TryReadUInt64(out ulong cooldownUntilMs);
        fields.TryReadUInt64(out ulong slashes);
        fields.TryReadBool(out bool hasLeft);
        if (!fields.TryEnd() || nodeClass > ClassMax || status > StatusMax || zone > ushort.MaxValue) return false;
        record = new NodeRecord(
            nodeOperator, (byte)nodeClass, (byte)status, stake, tlsFingerprint, (ushort)zone, registeredMs, statusSinceMs, exitDueMs, cooldownUntilMs, slashes, hasLeft);
        return true;
    }
}
