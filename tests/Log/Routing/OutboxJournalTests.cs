using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Routing;
using Dsdn.Log.Routing.Outbox;

namespace Dsdn.Log.Tests.Routing;

/// <summary>The outbox through kills, power failures and damage.</summary>
public sealed class OutboxJournalTests
{
    [Fact]
    public void WhatWasFlushedIsThereAfterAPowerFailureAndWhatWasNotIsNot()
    {
        MemoryDevice first = new(), second = new();
        OutboxJournal journal = OutboxJournal.Open(first, second);
        RouterMemory memory = new(RouterMode.Degraded, true, 11, 22, 33, 44, 55);
        journal.Carry(new RouterEffect.Remember(Batch(7, AttemptState.Sent)));
        journal.Carry(new RouterEffect.RememberMode(memory));
        journal.Carry(new RouterEffect.Announce(54, new FallbackActivated(FallbackReason.PrimaryDown, 2, 3, 4)));
        journal.Flush();
        journal.Carry(new RouterEffect.Remember(Batch(8, AttemptState.None)));
        OutboxJournal again = OutboxJournal.Open(Durable(first), Durable(second));
        Assert.Equal([Batch(7, AttemptState.Sent)], again.Pending);
        Assert.Equal((memory, 7UL), (again.Memory, again.HighestSeq));
        OpenAnnouncement open = Assert.Single(again.Announcements);
        Assert.Equal((54UL, EventKind.FallbackActivated), (open.Id, open.Kind));
        Assert.Equal(new FallbackActivated(FallbackReason.PrimaryDown, 2, 3, 4).Encode(), open.Body.ToArray());
    }

    [Fact]
    public void ASubmitLeavesOnlyWhenItsBatchIsOnDisk()
    {
        MemoryDevice first = new(), second = new();
        OutboxJournal journal = OutboxJournal.Open(first, second);
        journal.Carry(new RouterEffect.Remember(Batch(1, AttemptState.Sent)));
        journal.Carry(new RouterEffect.Submit(1, [1], 1_000));
        Assert.Equal([Batch(1, AttemptState.Sent)], OutboxJournal.Open(Durable(first), Durable(second)).Pending);
    }

    [Fact]
    public void ForgottenBatchesAndAnnouncementsInABatchAreGoneAndTheHighestSeqStays()
    {
        MemoryDevice first = new(), second = new();
        OutboxJournal journal = OutboxJournal.Open(first, second);
        for (ulong seq = 1; seq <= 3; seq++) journal.Carry(new RouterEffect.Remember(Batch(seq, AttemptState.None)));
        journal.Carry(new RouterEffect.Announce(1, new FallbackDeactivated(1, 2, 3)));
        journal.Carry(new RouterEffect.Forget(3));
        journal.Announced(1);
        journal.Flush();
        OutboxJournal again = OutboxJournal.Open(Durable(first), Durable(second));
        Assert.Equal<ulong>([1, 2], [.. again.Pending.Select(static batch => batch.Seq)]);
        Assert.Equal(3UL, again.HighestSeq);
        Assert.Empty(again.Announcements);
    }

    [Fact]
    public void APointerChangesThePendingBatchAndTheFirstOneIsCanonicalForGood()
    {
        MemoryDevice first = new(), second = new();
        OutboxJournal journal = OutboxJournal.Open(first, second);
        journal.Carry(new RouterEffect.Remember(Batch(1, AttemptState.None)));
        journal.Carry(new RouterEffect.Record(1, PointerFacts.Emergency, IsCanonical: true));
        journal.Carry(new RouterEffect.Record(1, PointerFacts.AtQuorum(RouterRig.HashOf(1, 9)), IsCanonical: false));
        journal.Carry(new RouterEffect.Record(5, PointerFacts.Emergency, IsCanonical: false)); // long forgotten
        journal.Flush();
        PendingBatch batch = Assert.Single(OutboxJournal.Open(first, second).Pending);
        Assert.Equal(new BatchPointers(DaTier.Emergency, 0, RouterRig.HashOf(1, 9), true), batch.Pointers);
    }

    [Fact]
    public void AKillAtEachByteOfEachWriteLosesAtMostWhatWasNotFlushed()
    {
        // Every flush is one write; cut it at every length, alone and with remains of an older generation behind it.
        MemoryDevice first = new(), second = new();
        OutboxJournal journal = OutboxJournal.Open(first, second);
        for (ulong seq = 1; seq <= 3; seq++)
        {
            byte[][] before = [[.. first.Synced], [.. second.Synced]];
            journal.Carry(new RouterEffect.Remember(Batch(seq, AttemptState.None)));
            journal.Carry(new RouterEffect.Remember(Batch(seq, AttemptState.Sent)));
            journal.Flush();
            byte[][] after = [[.. first.Synced], [.. second.Synced]];
            int current = before[0].SequenceEqual(after[0]) ? 1 : 0;
            for (int cut = before[current].Length; cut <= after[current].Length; cut++)
            {
                byte[][] files = [before[0], before[1]];
                files[current] = after[current][..cut];
                OutboxJournal again = OutboxJournal.Open(Device(files[0]), Device(files[1]));
                Assert.Equal((int)seq - 1, again.Pending.Count(batch => batch.Seq < seq && batch.Attempt == AttemptState.Sent));
                if (cut == after[current].Length) Assert.Equal(Batch(seq, AttemptState.Sent), again.Pending[^1]);
            }
            Assert.Throws<OutboxCorruptException>(() => OutboxJournal.Open(Device(Damaged(after[0], current == 0)), Device(Damaged(after[1], current == 1))));
            journal = OutboxJournal.Open(first, second);
        }

        // A flipped bit in what later frames call synced.
        static byte[] Damaged(byte[] bytes, bool isCurrent)
        {
            if (!isCurrent) return bytes;
            byte[] damaged = [.. bytes, .. new byte[64]];
            damaged[40] ^= 1;
            byte[] later = OutboxFrames.Encode(ulong.MaxValue / 2, 9, 8, OutboxCodec.Encode(new OutboxRecord.Forget(1)));
            return [.. damaged[..(bytes.Length / 16 * 16)], .. later];
        }
    }

    [Fact]
    public void AKillInTheMiddleOfANewGenerationFallsBackToTheOldOneWhichIsWhole()
    {
        MemoryDevice first = new(), second = new();
        OutboxJournal journal = OutboxJournal.Open(first, second);
        for (ulong seq = 1; seq <= 20; seq++) journal.Carry(new RouterEffect.Remember(Batch(seq, AttemptState.None)));
        journal.Flush();
        byte[][] before = [[.. first.Bytes], [.. second.Bytes]];
        OutboxJournal.Open(first, second); // writes a generation into the other file
        byte[][] after = [[.. first.Bytes], [.. second.Bytes]];
        int written = before[0].SequenceEqual(after[0]) ? 1 : 0;
        for (int cut = 0; cut <= after[written].Length; cut += 7)
        {
            byte[] torn = [.. after[written][..cut], .. before[written].Skip(cut)];
            byte[][] files = [before[0], before[1]];
            files[written] = torn;
            Assert.Equal(20, OutboxJournal.Open(Device(files[0]), Device(files[1])).Pending.Count);
            Assert.Equal(20, OutboxJournal.View(files[0], files[1]).Pending.Count);
        }
    }

    [Fact]
    public void ALongLifeKeepsTheFilesShort()
    {
        MemoryDevice first = new(), second = new();
        OutboxJournal journal = OutboxJournal.Open(first, second);
        for (ulong seq = 1; seq <= 30_000; seq++)
        {
            journal.Carry(new RouterEffect.Remember(Batch(seq, AttemptState.Sent)));
            if (seq > 10) journal.Carry(new RouterEffect.Forget(seq - 10));
            if (seq % 100 == 0) journal.Flush();
        }
        journal.Flush();
        Assert.InRange(first.Bytes.Count + second.Bytes.Count, 4_000_000, 9_000_000);
        Assert.Equal(10, OutboxJournal.Open(first, second).Pending.Count);
    }

    private static PendingBatch Batch(ulong seq, AttemptState attempt) =>
        new(seq, RouterRig.HashOf(seq, 1), RouterRig.HashOf(seq, 2), 1_234, 99, 100 + seq, attempt, new BatchPointers(null, 0, seq % 2 == 0 ? RouterRig.HashOf(seq, 3) : default(Hash256), false));

    private static MemoryDevice Durable(MemoryDevice device) => Device([.. device.Synced]);

    private static MemoryDevice Device(byte[] bytes) => new() { Bytes = [.. bytes] };
}
