using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Committees;

/// <summary>
/// chain id u64 | epoch u64 | t u8 | n u8 | group key 32 | n of validator 20 | key 32 | X25519 32 | share 32 | start u64 | end u64 |
/// seed 32.
/// </summary>
public static class CommitteeCodec
{
    private const int MemberBytes = Address.Size + (3 * Hash256.Size);

    public static byte[] Encode(Committee committee)
    {
        LogWriter writer = new(512);
        Write(writer, committee);
        return writer.ToArray();
    }

    /// <param name="committee">Null where it is refused.</param>
    public static LogFault TryDecode(ReadOnlyMemory<byte> bytes, out Committee? committee)
    {
        LogReader reader = new(bytes);
        Committee read = Read(ref reader);
        LogFault fault = reader.End();
        committee = fault == LogFault.None ? read : null;
        return fault;
    }

    internal static void Write(LogWriter writer, Committee committee)
    {
        writer.U64(committee.ChainId).U64(committee.Epoch).U8(committee.Threshold).U8(checked((byte)committee.Members.Count)).Hash(committee.GroupKey);
        foreach (CommitteeMember member in committee.Members)
            writer.Address(member.Validator).Hash(member.Key).Hash(member.ExchangeKey).Hash(member.VerificationShare);
        writer.U64(committee.StartMs).U64(committee.EndMs).Hash(committee.Seed);
    }

    internal static Committee Read(ref LogReader reader)
    {
        ulong chainId = reader.U64(), epoch = reader.U64();
        byte threshold = reader.U8();
        int count = reader.Count8(LogLimits.CommitteeMembersMax, MemberBytes);
        Hash256 group = reader.Hash();
        CommitteeMember[] members = new CommitteeMember[count];
        HashSet<Hash256> keys = [];
        for (int i = 0; i < count; i++)
        {
            members[i] = new CommitteeMember(reader.Address(), reader.Hash(), reader.Hash(), reader.Hash());
            if (!keys.Add(members[i].Key)) reader.Fail(LogFault.Committee);
        }
        Committee read = new(chainId, epoch, threshold, group, members, reader.U64(), reader.U64(), reader.Hash());
        if (count == 0 || threshold != Committee.ThresholdOf(count) || read.EndMs <= read.StartMs) reader.Fail(LogFault.Committee);
        return read;
    }
}
