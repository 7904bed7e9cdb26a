using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Tendermint;
using Dsdn.Consensus.Wal;

namespace Dsdn.Consensus.Tests.Wal;

public sealed class WalLogTests
{
    [Fact]
    public void WhatWasSyncedIsThereAgain()
    {
        var device = new MemoryDevice();
        WalLog log = WalLog.Open(device, 4);
        foreach (WalRecord record in Records(5)) log.Append(record);
        log.Sync();
        Assert.Equal(Texts(Records(5)), Texts(WalLog.Open(device.Crash(_ => 0), 4).Records));
    }

    [Fact]
    public void EveryKindOfRecordIsReadAsItWasWritten() =>
        Assert.All(Records(9), record =>
        {
            Assert.True(WalCodec.TryDecode(WalCodec.Encode(record), out WalRecord? read));
            Assert.Equal(Text(record), Text(read));
        });

    [Fact]
    public void ATornTailIsCutAtEveryByte()
    {
        WalRecord[] records = [.. Records(5)];
        for (int kept = 0; kept < 400; kept++)
        {
            var device = new MemoryDevice();
            WalLog log = WalLog.Open(device, 4);
            foreach (WalRecord record in records.Take(4)) log.Append(record);
            log.Sync();
            foreach (WalRecord record in records.Skip(4)) log.Append(record);
            IReadOnlyList<WalRecord> read = WalLog.Open(device.Crash(length => Math.Min(kept, length)), 4).Records;
            Assert.InRange(read.Count, 4, records.Length);
            Assert.Equal(Texts(records.Take(read.Count)), Texts(read));
        }
    }

    [Fact]
    public void AfterATornTailTheLogGoesOnAndReadsWhole()
    {
        var device = new MemoryDevice();
        WalLog log = WalLog.Open(device, 4);
        WalRecord[] records = [.. Records(5)];
        foreach (WalRecord record in records.Take(3)) log.Append(record);
        log.Sync();
        log.Append(records[3]);
        device = device.Crash(_ => 17);
        log = WalLog.Open(device, 4);
        log.Append(records[4]);
        log.Sync();
        Assert.Equal(Texts([.. records.Take(3), records[4]]), Texts(WalLog.Open(device, 4).Records));
    }

    [Fact]
    public void ADamagedRecordThatWasOnDiskStopsTheNode()
    {
        for (int offset = 0; offset < 160; offset += 7)
        {
            var device = new MemoryDevice();
            WalLog log = WalLog.Open(device, 4);
            foreach (WalRecord record in Records(5))
            {
                log.Append(record);
                log.Sync();
            }
            device.Damage(offset);
            try
            {
                // Padding between frames may be damaged without harm; then everything is read.
                Assert.Equal(Texts(Records(5)), Texts(WalLog.Open(device, 4).Records));
            }
            catch (WalCorruptException e)
            {
                Assert.StartsWith("DSDN-E-WAL-CORRUPT", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void ANewHeightBeginsOverTheOldOneAndLeavesNothingOfItBehind()
    {
        var device = new MemoryDevice();
        WalLog log = WalLog.Open(device, 4);
        foreach (WalRecord record in Records(5)) log.Append(record);
        log.Sync();
        log.Truncate();
        WalRecord first = Records(6).First();
        log.Append(first);
        log.Sync();
        Assert.Equal([Text(first)], Texts(WalLog.Open(device.Crash(_ => 0), 5).Records));
        Assert.Empty(WalLog.Open(device.Crash(_ => 0), 6).Records);
    }

    [Fact]
    public void ATornFirstRecordOfAHeightOverOldOnesIsNoDamage()
    {
        var device = new MemoryDevice();
        WalLog log = WalLog.Open(device, 4);
        foreach (WalRecord record in Records(5)) log.Append(record);
        log.Sync();
        log.Truncate();
        log.Append(Records(6).First());
        Assert.Empty(WalLog.Open(device.Crash(_ => 30), 5).Records);
    }

    /// <summary>The disk writes in any order: what comes later can be there and what comes before it not.</summary>
    [Fact]
    public void ALogThatWasCutWithAWholeFrameBehindTheCutReadsWholeAgain()
    {
        var device = new MemoryDevice();
        WalLog log = WalLog.Open(device, 4);
        WalRecord[] records = [.. Records(5)];
        foreach (WalRecord record in records.Take(3)) log.Append(record);
        log.Sync();
        log.Append(records[3]);
        log.Append(records[4]);
        int write = 0;
        device = device.Crash(length => write++ == 0 ? 0 : length);
        log = WalLog.Open(device, 4);
        Assert.Equal(Texts(records.Take(3)), Texts(log.Records));
        foreach (WalRecord record in records.Skip(5)) log.Append(record);
        log.Sync();
        Assert.Equal(Texts([.. records.Take(3), .. records.Skip(5)]), Texts(WalLog.Open(device, 4).Records));
    }

    [Fact]
    public void ALostFirstRecordOfAHeightBeforeAWholeSecondOneIsNoDamage()
    {
        var device = new MemoryDevice();
        WalLog log = WalLog.Open(device, 4);
        foreach (WalRecord record in Records(5)) log.Append(record);
        log.Sync();
        log.Truncate();
        foreach (WalRecord record in Records(6).Take(2)) log.Append(record);
        int write = 0;
        Assert.Empty(WalLog.Open(device.Crash(length => write++ == 0 ? 0 : length), 5).Records);
    }

    [Fact]
    public void WhatLiesBehindACutIsNeverTakenForWhatFollowsIt()
    {
        WalRecord[] records = [.. Enumerable.Range(0, 6).Select(i => new WalRecord.HeightStarted(5, 0, i % 2 == 0, 1_000 + (ulong)i))];
        var device = new MemoryDevice();
        WalLog log = WalLog.Open(device, 4);
        foreach (WalRecord record in records.Take(2)) log.Append(record);
        log.Sync();
        foreach (WalRecord record in records.Skip(2).Take(3)) log.Append(record);
        int write = 0;
        device = device.Crash(length => write++ == 0 ? 0 : length); // the third of five is lost, the fourth and fifth are there
        log = WalLog.Open(device, 4);
        log.Append(records[5]); // exactly as long as the lost one
        log.Sync();
        Assert.Equal(Texts([.. records.Take(2), records[5]]), Texts(WalLog.Open(device, 4).Records));
    }

    private static IEnumerable<WalRecord> Records(ulong height)
    {
        Hash256 id = Keccak.Hash("value"u8);
        Hash256 root = Keccak.Hash("root"u8);
        Address voter = Address.FromNumber(3);
        var proposal = new Proposal(height, 1, id, 0, 12_345, root, voter, default);
        var vote = new Vote(VoteKind.Prevote, height, 1, id, -1, voter, default);
        byte[] signature = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];
        yield return new WalRecord.HeightStarted(height, 2, true, 1_000);
        yield return new WalRecord.Value(height, root, new byte[300]);
        yield return Input(new CoreInput.WorkArrived(1_001));
        yield return Input(new CoreInput.ValueRequested(1_002));
        yield return Input(new CoreInput.TimerFired(new CoreTimer(CoreTimerKind.Propose, height, 2), 1_003));
        yield return Input(new CoreInput.ValueBuilt(height, 1, id, 12_345, root, 1_004));
        yield return Input(new CoreInput.ProposalArrived(proposal with { Signature = signature }, 1_005));
        yield return Input(new CoreInput.ValueChecked(height, id, root, 12_345, true, 1_006));
        yield return Input(new CoreInput.VoteArrived(vote with { Signature = signature }, 1_007));
        yield return Input(new CoreInput.ProposalSigned(proposal, signature, 1_008));
        yield return Input(new CoreInput.ProposalSigned(proposal, null, 1_009));
        yield return Input(new CoreInput.VoteSigned(vote, signature, 1_010));
        yield return Input(new CoreInput.VoteSigned(vote with { ValueId = Hash256.Zero, Kind = VoteKind.Precommit }, null, 1_011));

        WalRecord Input(CoreInput item) => new WalRecord.Input(height, item);
    }

    private static IEnumerable<string> Texts(IEnumerable<WalRecord> records) => records.Select(Text);

    private static string Text(WalRecord record) => Hex.Encode(WalCodec.Encode(record));
}
