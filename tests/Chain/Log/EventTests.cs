using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using static Dsdn.Chain.Tests.Log.LogSamples;

namespace Dsdn.Chain.Tests.Log;

public sealed class EventTests
{
    private static readonly ReplicaRemoved Removed = new(Word("chunk"), 0, 1, RemovalReason.Surplus);
    private static readonly DeleteRequested Delete = new(Word("agreement"), DeleteScope.Files, [Word("file")]);

    private static readonly Hash256 CommitteeHash = Word("committee");

    private static LogFault Read(LogEvent entry, ulong seq = 9, ulong timeMs = 5_000, int place = 3, bool checksAuthors = true) =>
        EventReader.TryRead(EventCodec.Encode(entry), new EventContext(ChainId, seq, timeMs, CommitteeHash, checksAuthors), place, out _);

    [Fact]
    public void EveryKindHasTheAuthorsOfItsRange()
    {
        foreach (EventKindInfo info in EventKinds.All)
        {
            AuthorType[] expected = (ushort)info.Kind switch
            {
                < 64 => [AuthorType.Derived],
                < 128 => [AuthorType.Node],
                < 192 => [AuthorType.Account, AuthorType.Session],
                _ => [AuthorType.Committee],
            };
            Assert.Equal(expected, info.Authors.ToArray());
            Assert.Same(info, EventKinds.Find(info.Kind));
        }
        Assert.Equal(Enum.GetValues<EventKind>(), EventKinds.All.ToArray().Select(info => info.Kind));
    }

    [Fact]
    public void EveryActiveKindHasABodyAndAVector() =>
        Assert.Equal(
            EventKinds.All.ToArray().Where(info => info.IsActiveAt(1) && info.Kind is not (EventKind.NodeStatus or EventKind.StakeChanged or EventKind.NodeUpdated)).Select(info => info.Kind),
            LogVectors.Bodies.Select(body => body.Body.Kind).Distinct().Order());

    [Fact]
    public void FaultsHaveCodesOfTheirOwn()
    {
        string[] codes = [.. Enum.GetValues<LogFault>().Where(fault => fault != LogFault.None).Select(fault => fault.Code())];
        Assert.Equal(codes.Length, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^DSDN-E-LOG(-[A-Z]+)+$", code));
    }

    [Fact]
    public void KindsOfLaterAreKnownButNotActive()
    {
        LogEvent audit = NodeEvent("n0", Removed) with { Kind = EventKind.UsageProof };
        Assert.Equal(LogFault.KindNotActive, Read(audit));
        Assert.Equal(LogFault.KindUnknown, Read(audit with { Kind = (EventKind)100 }));
        Assert.Equal(LogFault.KindUnknown, Read(audit with { Kind = (EventKind)0x1040 }));
    }

    [Fact]
    public void EventsOfNodesAndOwnersHold()
    {
        Assert.Equal(LogFault.None, Read(NodeEvent("n0", Removed)));
        Assert.Equal(LogFault.None, Read(OwnerEvent("owner", Delete)));
        Assert.Equal(LogFault.None, Read(OwnerEvent("session", Delete, type: AuthorType.Session)));
    }

    [Fact]
    public void NobodySpeaksForAnother()
    {
        LogEvent entry = NodeEvent("n0", Removed);
        Assert.Equal(LogFault.EventSignature, Read(entry with { Author = PublicKey("n1") }));
        LogEvent owned = OwnerEvent("owner", Delete);
        Assert.Equal(LogFault.EventSignature, Read(owned with { Author = AuthorAddress.Of(AddressOf("other")) }));
        Assert.Equal(LogFault.EventSignature, Read(owned with { AuthorType = AuthorType.Session }));
        Assert.Equal(LogFault.AuthorNotAllowed, Read(owned with { Author = Word("not an address") }));

        // The committee orders what owners say; it cannot say it.
        LogEvent asCommittee = owned with { AuthorType = AuthorType.Committee, Author = CommitteeHash, Nonce = EventReader.NonceOf(9, 3), ValidUntilMs = 0, Signature = default };
        Assert.Equal(LogFault.AuthorNotAllowed, Read(asCommittee));
        Assert.Equal(LogFault.AuthorNotAllowed, Read(asCommittee with { AuthorType = AuthorType.Derived, Author = AuthorAddress.Of(Address.FromNumber(0x80a)) }));
        Assert.Equal(LogFault.AuthorNotAllowed, Read(entry with { AuthorType = AuthorType.Account, Author = AuthorAddress.Of(AddressOf("owner")), Signature = new byte[65] }));
    }

    [Fact]
    public void OwnerSignsNonceEndAndChain()
    {
        LogEvent entry = OwnerEvent("owner", Delete, counter: 7);
        Assert.Equal(LogFault.EventSignature, Read(entry with { Nonce = 8 }));
        Assert.Equal(LogFault.EventSignature, Read(entry with { ValidUntilMs = 1_000_001 }));
        Assert.Equal(LogFault.EventSignature, Read(entry with { Body = (Delete with { Scope = DeleteScope.Chunks }).Encode() }));
        byte[] encoded = EventCodec.Encode(entry);
        Assert.Equal(LogFault.ChainId, EventReader.TryRead(encoded, new EventContext(17_845, 9, 5_000, CommitteeHash, true), 0, out _));
    }

    [Fact]
    public void SecondFormsOfAnOwnersSignatureAreRefused()
    {
        LogEvent entry = OwnerEvent("owner", Delete);
        byte[] signature = entry.Signature.ToArray();
        byte[] high = [.. signature[..32], .. new byte[32], (byte)(55 - signature[64])];
        System.Numerics.BigInteger order = System.Numerics.BigInteger.Parse(
            "0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", System.Globalization.NumberStyles.HexNumber, null);
        byte[] mirrored = (order - new System.Numerics.BigInteger(signature.AsSpan(32, 32), isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
        mirrored.CopyTo(high, 64 - mirrored.Length);
        Assert.True(Secp256k1.TryRecover(EventSignature.OwnerDigest(ChainId, AuthorType.Account, Delete, 1, 1_000_000), high.AsSpan(0, 64), (byte)(high[64] - 27), out Address signer));
        Assert.Equal(AddressOf("owner"), signer); // valid for ECDSA, refused here

        Assert.Equal(LogFault.EventSignature, Read(entry with { Signature = high }));
        Assert.Equal(LogFault.EventSignature, Read(entry with { Signature = (byte[])[.. signature[..64], (byte)(signature[64] - 27)] }));
    }

    [Fact]
    public void EventCountsUpToItsEndAndNotAfter()
    {
        LogEvent entry = NodeEvent("n0", Removed);
        Assert.Equal(LogFault.None, Read(entry, timeMs: 1_000_000));
        Assert.Equal(LogFault.EventExpired, Read(entry, timeMs: 1_000_001));
        Assert.Equal(LogFault.AuthorNotAllowed, Read(entry with { ValidUntilMs = 0 }));
    }

    [Fact]
    public void CommitteesEventsStandWhereTheySay()
    {
        LogEvent entry = new()
        {
            ChainId = ChainId, Kind = EventKind.FallbackDeactivated, AuthorType = AuthorType.Committee, Author = CommitteeHash, Nonce = EventReader.NonceOf(9, 3),
            ValidUntilMs = 0, Body = new FallbackDeactivated(80, 12, 4_000).Encode(), Signature = default,
        };
        Assert.Equal(LogFault.None, Read(entry));
        Assert.Equal(LogFault.AuthorNotAllowed, Read(entry, place: 4));
        Assert.Equal(LogFault.AuthorNotAllowed, Read(entry, seq: 10));
        Assert.Equal(LogFault.AuthorNotAllowed, Read(entry with { Author = Word("other") }));
        Assert.Equal(LogFault.AuthorNotAllowed, Read(entry with { ValidUntilMs = 1 }));
    }

    [Fact]
    public void DerivedEventsNameTheModuleOfTheirFeed()
    {
        LogEvent entry = new()
        {
            ChainId = ChainId, Kind = EventKind.NodeRegistered, AuthorType = AuthorType.Derived, Author = AuthorAddress.Of(Address.FromNumber(0x801)), Nonce = 1,
            ValidUntilMs = 0, Body = LogVectors.Bodies[0].Body.Encode(), Signature = default,
        };
        Assert.Equal(LogFault.None, Read(entry));
        Assert.Equal(LogFault.AuthorNotAllowed, Read(entry with { Author = AuthorAddress.Of(Address.FromNumber(0x802)) }));
        Assert.Equal(LogFault.AuthorNotAllowed, Read(entry with { ValidUntilMs = 1 }));
    }

    [Fact]
    public void RecordsOfOneFeedAreNotTakenForOneAnother()
    {
        LogEvent entry = new()
        {
            ChainId = ChainId, Kind = EventKind.CommitteeRotated, AuthorType = AuthorType.Derived, Author = EventKinds.AuthorOf(2), Nonce = 1, ValidUntilMs = 0,
            Body = new CommitteeRotated(Committee(4)).Encode(), Signature = default,
        };
        Assert.Equal(LogFault.None, Read(entry));
        Assert.NotEqual(LogFault.None, Read(entry with { Kind = EventKind.LogAnchored }));
        LogEvent anchored = entry with { Kind = EventKind.LogAnchored, Body = new LogAnchored(LogVectors.Anchor).Encode() };
        Assert.Equal(LogFault.None, Read(anchored));
        Assert.NotEqual(LogFault.None, Read(anchored with { Kind = EventKind.CommitteeRotated }));
        Assert.Equal(LogFault.AuthorNotAllowed, Read(anchored with { Kind = EventKind.NodeUpdated }));
        EventKind[] kinds = [EventKind.AgreementChanged, EventKind.SessionChanged, EventKind.DeletionForced];
        foreach (EventBody body in LogVectors.Bodies.Select(one => one.Body).Where(body => kinds.Contains(body.Kind)))
        {
            LogEvent record = entry with { Author = EventKinds.AuthorOf(10), Body = body.Encode() };
            Assert.All(kinds, kind => Assert.Equal(kind == body.Kind, Read(record with { Kind = kind }) == LogFault.None));
            Assert.Equal(LogFault.AuthorNotAllowed, Read(entry with { Kind = body.Kind, Body = body.Encode() }));
        }
    }

    [Fact]
    public void AgreementIsNotReleasedBeforeItsEnd()
    {
        AgreementChanged changed = new(Hash256.Zero, Address.Zero, ChunkCoding.Replicas, 1, 5_000, 4_999, false);
        LogEvent entry = new()
        {
            ChainId = ChainId, Kind = changed.Kind, AuthorType = AuthorType.Derived, Author = EventKinds.AuthorOf(10), Nonce = 1, ValidUntilMs = 0, Body = changed.Encode(), Signature = default,
        };
        Assert.Equal(LogFault.Value, Read(entry));
        Assert.Equal(LogFault.None, Read(entry with { Body = (changed with { ReleaseMs = 5_000 }).Encode() }));
    }

    [Fact]
    public void AcknowledgementOfAnotherNodeOrChunkSpoilsTheDeclaration()
    {
        ChunkDeclared chunk = LogVectors.Chunk(ChunkCoding.Replicas);
        Assert.Equal(LogFault.None, Read(OwnerEvent("owner", chunk)));
        Assert.Equal(LogFault.AckSignature, Read(OwnerEvent("owner", chunk with { Acks = [chunk.Acks[0] with { NodeId = PublicKey("n2") }] })));
        Assert.Equal(LogFault.AckSignature, Read(OwnerEvent("owner", chunk with { LengthBytes = 1 })));
        Assert.Equal(LogFault.AckSignature, Read(OwnerEvent("owner", chunk with { Generation = 2 })));
        Assert.Equal(LogFault.None, Read(OwnerEvent("owner", chunk with { Generation = 2 }), checksAuthors: false));
        Assert.Equal(LogFault.Value, Read(OwnerEvent("owner", chunk with { Acks = [chunk.Acks[1], chunk.Acks[0]] })));
        Assert.Equal(LogFault.Value, Read(OwnerEvent("owner", chunk with { Acks = [] })));
    }

    [Fact]
    public void BodiesBeyondTheirLimitsAreRefused()
    {
        Assert.Equal(LogFault.TooLong, Read(NodeEvent("n0", Removed) with { Body = new byte[LogLimits.EventBodyBytesMax + 1] }));
        Assert.Equal(LogFault.TooLong, Read(OwnerEvent("owner", new AgreementUse(
            Word("a"), Word("f"), ChunkCoding.Replicas, [.. Enumerable.Range(0, 257).Select(i => new ReservedChunk(Word($"c{i}"), 1))]))));
        Assert.Equal(LogFault.Value, Read(OwnerEvent("owner", new AgreementUse(Word("a"), Word("f"), ChunkCoding.Replicas, []))));
        Assert.Equal(LogFault.Value, Read(OwnerEvent("owner", new AgreementUse(Word("a"), Word("f"), ChunkCoding.Replicas, [new(Word("c"), 1), new(Word("c"), 1)]))));
        Assert.Equal(LogFault.Value, Read(OwnerEvent("owner", Delete with { Ids = [Word("x"), Word("x")] })));
        Assert.Equal(LogFault.Value, Read(NodeEvent("n0", Removed with { Reason = RemovalReason.NodeDown }))); // the committee's to say
        Assert.Equal(LogFault.Value, Read(NodeEvent("n0", Removed with { Slot = 9 })));
    }

    [Fact]
    public void AllEventsOfABatchAreReadAsOneByOne()
    {
        byte[][] encoded = [
            EventCodec.Encode(NodeEvent("n0", Removed)), [9, 2, 3], EventCodec.Encode(OwnerEvent("owner", Delete)), [],
            EventCodec.Encode(NodeEvent("n0", Removed) with { Author = PublicKey("n1") }), EventCodec.Encode(OwnerEvent("owner", LogVectors.Chunk(ChunkCoding.ReedSolomon))),
            EventCodec.Encode(NodeEvent("n0", Removed) with { Kind = EventKind.RepairDone }), EventCodec.Encode(OwnerEvent("owner", Delete with { Ids = [] }))];
        foreach (bool checksAuthors in (bool[])[true, false])
        {
            EventContext context = new(ChainId, 9, 5_000, CommitteeHash, checksAuthors);
            EventReading[] all = EventReader.ReadAll([.. encoded.Select(bytes => (ReadOnlyMemory<byte>)bytes)], context, Sequential.Instance);
            for (int i = 0; i < encoded.Length; i++)
            {
                Assert.Equal(EventReader.TryRead(encoded[i], context, i, out CheckedEvent? alone), all[i].Fault);
                Assert.Equal(alone?.Id, all[i].Event?.Id);
                Assert.Equal(alone is null, all[i].Event is null);
            }
            Assert.Equal(
                [LogFault.None, LogFault.Version, LogFault.None, LogFault.Truncated, checksAuthors ? LogFault.EventSignature : LogFault.None, LogFault.None, LogFault.KindNotActive, LogFault.Value],
                all.Select(reading => reading.Fault));
        }
        Assert.Empty(EventReader.ReadAll([], new EventContext(ChainId, 9, 5_000, CommitteeHash, true), Sequential.Instance));
    }

    [Fact]
    public void TagsAreOfOneFormAndNoTwoAlike()
    {
        LogDomain[] domains = Enum.GetValues<LogDomain>();
        Assert.All(domains, domain => Assert.Matches("^DSDN/[a-z-]+/v1$", LogTag.Text(domain)));
        Assert.Equal(domains.Length, domains.Select(LogTag.Text).Distinct().Count());
        Assert.All(domains, domain => Assert.Equal(LogTag.Of(domain).Length - 1, LogTag.Of(domain)[0]));
    }

    [Fact]
    public void LanesCountApart()
    {
        AuthorNonce nonce = AuthorNonce.Of(3, 5);
        Assert.Equal(3, nonce.Lane);
        Assert.Equal(5UL, nonce.Counter);
        Assert.Equal(0x0003_0000_0000_0005UL, nonce.Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => AuthorNonce.Of(0, AuthorNonce.CounterMax + 1));
    }

    [Fact]
    public void KindOfANodesChangeFollowsFromTheRowBefore()
    {
        NodeRecord before = ((NodeChanged)LogVectors.Bodies[0].Body).Record;
        Assert.Equal(EventKind.NodeRegistered, NodeChanged.KindOf(null, before));
        Assert.Equal(EventKind.NodeStatus, NodeChanged.KindOf(before, before with { Status = 4, Stake = Amount.Nusa(1) }));
        Assert.Equal(EventKind.NodeStatus, NodeChanged.KindOf(before, before with { HasLeft = true }));
        Assert.Equal(EventKind.StakeChanged, NodeChanged.KindOf(before, before with { Stake = Amount.Nusa(1) }));
        Assert.Equal(EventKind.NodeUpdated, NodeChanged.KindOf(before, before with { Zone = 9 }));
    }
}
