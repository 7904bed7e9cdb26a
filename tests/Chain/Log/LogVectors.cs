using System.Security.Cryptography;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Proofs;
using Dsdn.Chain.Log.Receipts;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using static Dsdn.Chain.Tests.Log.LogSamples;

namespace Dsdn.Chain.Tests.Log;

/// <summary>
/// The things of second/make_vectors.py, made by the program's own code from the same names. Only the Brotli stream is taken from
/// the vectors: no two compressors need agree.
/// </summary>
internal sealed class LogVectors
{
    public static readonly ValidatorSet Validators = new([.. new ulong[] { 40, 30, 20, 10 }.Select((power, i) =>
        new Validator(Address.FromNumber((ushort)(0x100 + i)), PublicKey($"v{i}").ToArray(), power, Address.FromNumber((ushort)(0x200 + i))))]);

    private readonly Dictionary<string, byte[]> _made = [];
    private readonly byte[] _stored;

    private LogVectors(byte[] stored) => _stored = stored;

    public static readonly Hash256 SetHash = BlockHashes.Validators(Validators);

    /// <summary>Name to bytes, all of them.</summary>
    /// <param name="stored">The body of the ninth batch as a Brotli stream.</param>
    public static IReadOnlyDictionary<string, byte[]> Make(byte[] stored)
    {
        LogVectors vectors = new(stored);
        vectors.AddBasics();
        vectors.AddEvents();
        vectors.AddBatches();
        vectors.AddPlaces();
        vectors.AddAudits();
        return vectors._made;
    }

    public static LogAnchor Anchor => new(ChainId, 3, SetHash, 12, Word("core"), Word("state"), 0, Hash256.Zero);

    public static ChunkDeclared Chunk(ChunkCoding coding)
    {
        ChunkDeclared chunk = new(
            Word("agreement"), Word("file"), Word("chunk"), 16_777_216, coding, 1,
            coding == ChunkCoding.Replicas ? [Word("root")] : [.. Enumerable.Range(0, 9).Select(i => Word($"root{i}"))], []);
        return chunk with { Acks = coding == ChunkCoding.Replicas ? [Ack(chunk, "n0", 0), Ack(chunk, "n1", 2)] : [Ack(chunk, "n0", 3), Ack(chunk, "n1", 8)] };
    }

    /// <summary>One body of every active kind, with the names that the vectors give them.</summary>
    public static IReadOnlyList<(string Name, EventBody Body)> Bodies => [
        ("NodeRegistered", new NodeChanged(
            PublicKey("n0"), new NodeRecord(Address.FromNumber(7), 1, 1, Amount.Nusa(5_000), Word("tls"), 3, 1_111, 2_222, 0, 0, 2, false), EventKind.NodeRegistered)),
        ("CommitteeRotated", new CommitteeRotated(Committee(4, 2))),
        ("LogAnchored", new LogAnchored(Anchor)),
        ("AgreementChanged", new AgreementChanged(Word("agreement"), Address.FromNumber(7), ChunkCoding.ReedSolomon, 1UL << 40, 5_000, 6_000, true)),
        ("SessionChanged", new SessionChanged(Address.FromNumber(7), Address.FromNumber(8), SessionScopes.All, 7_000)),
        ("DeletionForced", new DeletionForced(new DeleteRequested(Word("agreement"), DeleteScope.Files, [.. new[] { Word("chunk"), Word("other chunk") }.Order()]))),
        ("NodeStats", new NodeStats(
            [new(EndpointRole.Storage, Ip(127, 0, 1, 5), 45_840), new(EndpointRole.Read, Hex.Decode("0x20010db8000000000000000000000001"), 443),
                new(EndpointRole.Health, Ip(127, 0, 1, 5), 45_841)], 1UL << 40, 1UL << 39, 77, 125, 100_000, 90_000)),
        ("ReplicaAdded", new ReplicaAdded(Word("chunk"), 1, 2, Word("root"), 16_777_216, 123_456)),
        ("ReplicaRemoved", new ReplicaRemoved(Word("chunk"), 1, 2, RemovalReason.Surplus)),
        ("AgreementUse", new AgreementUse(Word("agreement"), Word("file"), ChunkCoding.Replicas, [new(Word("chunk"), 16_777_216), new(Word("other chunk"), 1)])),
        ("ChunkDeclared", Chunk(ChunkCoding.Replicas)),
        ("ChunkDeclared/shards", Chunk(ChunkCoding.ReedSolomon)),
        ("DeleteRequested", new DeleteRequested(Word("agreement"), DeleteScope.Chunks, [.. new[] { Word("chunk"), Word("other chunk") }.Order()])),
        ("ChainAnchor", new ChainAnchor([Block()], [new FeedProof(
            1, 5, Word("feed"), [new byte[] { 0xc0 }, new byte[] { 0xc1, 0x80 }], [new byte[] { 0xc2, 0x80, 0x80 }], [])])),
        ("PlacementDecided", new PlacementDecided(
            Word("chunk"), Word("agreement"), 1, ChunkCoding.Replicas, 8, [.. Enumerable.Range(0, 3).Select(i => new PlacedReplica((byte)i, PublicKey($"n{i}"), (ushort)(10 + i)))])),
        ("ReplicaLost", new ReplicaLost(Word("chunk"), 1, 2, RemovalReason.NodeDown, PublicKey("n2"))),
        ("LivenessBitmap", new LivenessBitmap(5, 6, 10, Bitmap.Of(10, [0, 3, 9]))),
        ("Checkpoint", new Checkpoint(8, Word("core"), Word("data"), Word("operations"), Word("content"), 4_096)),
        ("FallbackActivated", new FallbackActivated(FallbackReason.PrimaryDown, 2, 70, 3_000)),
        ("FallbackDeactivated", new FallbackDeactivated(80, 12, 4_000)),
        ("ReconciliationStarted", new ReconciliationStarted(3, 12, 3_500)),
        ("ReconciliationCompleted", new ReconciliationCompleted(14, 11, 1, 3_900)),
        ("AuditAnswerRoot", new AuditAnswerRoot(7, 10, Word("answers"))),
        ("AuditOpened", new AuditOpened(7)),
        ("AuditSeed", new AuditSeed(7, 8, 90, Word("mix"), 64)),
        ("AuditVerdict", new AuditVerdict(PublicKey("n0"), 7, Word("answers"), 10, Bitmap.Of(10, [0, 3, 9]), Bitmap.Of(10, [3]))),
    ];

    public static LightBlock Block() => new(
        new Header
        {
            ParentHash = Word("parent"), Coinbase = Address.FromNumber(77), StateRoot = Word("state"), TransactionsRoot = Word("transactions"),
            ReceiptsRoot = Word("receipts"), LogsBloom = Bloom.Of([]), Number = 42, GasLimit = 420_000_000, GasUsed = 21_000, Timestamp = 1_700_000_000,
            ExtraData = Word("extra"), MixHash = Word("mix"), BaseFeePerGas = Amount.Gwei(1),
        },
        new ConsensusHeader
        {
            Version = 1, ChainId = ChainId, Height = 42, TimeMs = 1_700_000_000_123, Proposer = Address.FromNumber(9), LastCommitHash = Word("last commit"),
            ValidatorsHash = SetHash, NextValidatorsHash = SetHash, ParamsHash = Word("params"), EvidenceHash = Word("evidence"), VrfProofHash = Word("vrf"),
            Beacon = Word("beacon"), ModuleRootsHash = Word("modules"), LogAnchorRoot = Hash256.Zero,
        },
        new Certificate(42, 2, Word("block"), new byte[] { 5 }, [Enumerable.Repeat((byte)1, 64).ToArray(), Enumerable.Repeat((byte)2, 64).ToArray()]),
        Validators, Validators);

    public static ReceiptV1 Receipt => new()
    {
        ChainId = ChainId, Type = WorkType.Compute, WorkloadId = Word("job"), AgreementId = Word("agreement"), NodeId = PublicKey("n0"),
        NodeOperator = Address.FromNumber(7), Submitter = Address.FromNumber(8), PeriodFrom = 100, PeriodTo = 200, ReplicaIndex = 1, Units = UInt128.One << 100,
        UnitKind = 1, UsageProofHash = Word("usage"), ExecutionCommitmentHash = Word("execution"), VerificationClass = 2, WindowSeconds = 3_600, Epoch = 2,
        LogTimeMs = 5_000, Nullifier = Word("nullifier"),
    };

    public static byte[] Attest(byte[] message, int validator) => Sign($"v{validator}", message);

    private static byte[] Ip(byte a, byte b, byte c, byte d) => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d];

    private static StoreAck Ack(ChunkDeclared chunk, string node, byte slot)
    {
        StoreAck ack = new(slot, PublicKey(node), (ushort)(10 + slot), Word("ticket"), 123_456UL + slot, new byte[64]);
        return ack with { Signature = Sign(node, StoreAck.Message(StoreAck.Id(ChainId, chunk, ack))) };
    }

    private void Add(string name, ReadOnlySpan<byte> bytes) => _made.Add(name, bytes.ToArray());

    private void AddBasics()
    {
        foreach (LogDomain domain in Enum.GetValues<LogDomain>()) Add($"tag/{domain}", LogTag.Of(domain));
        Add("validators-hash", SetHash.Span);
        foreach (Committee committee in (Committee[])[Committee(1), Committee(4, 2)])
        {
            Add($"committee/{committee.Members.Count}", CommitteeCodec.Encode(committee));
            Add($"committee-hash/{committee.Members.Count}", committee.Hash.Span);
        }
        Add("log-anchor-id", Anchor.Id.Span);
        Add("log-anchor", LogAnchorCodec.Encode(new AttestedAnchor(Anchor, new byte[] { 3 }, [Attest(Anchor.Message, 0), Attest(Anchor.Message, 1)])));
        Add("log-anchor-statement/celestia", LogAnchorCodec.EncodeStatement(Anchor with { DaHeight = 77, DaDataRoot = Word("data root") }));
        Add("state-root", LogStateRoot.Of(Word("data"), Word("operations")).Span);
        Add("feed-after", FeedChain.Extend(Word("feed"), Bodies[0].Body.Encode()).Span);
        Add("feed-slot", FeedChain.FeedSlot(FeedChain.Nodes).Span);
        Add("feed-sequence-slot", FeedChain.SequenceSlot(FeedChain.Committee).Span);
        Add("receipt", ReceiptV1Codec.Encode(Receipt));
        Add("receipt-id", Receipt.Id.Span);
        Add("receipt-node-message", Receipt.NodeMessage);
        foreach (int size in (int[])[1, 1_023, 1_024, 1_025, 3_072, 5_000])
            Add($"chunk-root/{size}", ChunkRoot.Of([.. Enumerable.Range(0, size).Select(i => (byte)(i % 251))]).Span);
    }

    private void AddEvents()
    {
        for (int place = 0; place < Bodies.Count; place++)
        {
            (string name, EventBody body) = Bodies[place];
            Add("body/" + name, body.Encode());
            ulong counter = (ulong)place;
            if (body is ChunkDeclared chunk)
                foreach (StoreAck ack in chunk.Acks) Add($"store-ack-id/{(int)chunk.Coding}/{ack.Slot}", StoreAck.Id(ChainId, chunk, ack).Span);
            if (body is OwnerBody owned)
            {
                AddOwned($"{name}/owner", owned, "owner", AuthorType.Account, AuthorNonce.Of(2, counter));
                AddOwned($"{name}/session", owned, "session", AuthorType.Session, AuthorNonce.Of(3, counter));
                continue;
            }
            LogEvent entry = EventKinds.Find(body.Kind)!.Authors[0] switch
            {
                AuthorType.Node => NodeEvent("n0", body, AuthorNonce.Of(1, counter).Value),
                AuthorType.Derived => Unsigned(body, AuthorType.Derived, EventKinds.DerivedFrom(body.Kind), 5),
                _ => Unsigned(body, AuthorType.Committee, Committee(4, 2).Hash, (9UL << 16) | counter),
            };
            AddEvent(name, entry);
        }
    }

    private static LogEvent Unsigned(EventBody body, AuthorType type, Hash256 author, ulong nonce) => new()
    {
        ChainId = ChainId, Kind = body.Kind, AuthorType = type, Author = author, Nonce = nonce, ValidUntilMs = 0, Body = body.Encode(), Signature = default,
    };

    private void AddOwned(string name, OwnerBody body, string owner, AuthorType type, AuthorNonce nonce)
    {
        Add("owner-digest/" + name, EventSignature.OwnerDigest(ChainId, type, body, nonce.Value, 1_000_000).Span);
        AddEvent(name, OwnerEvent(owner, body, nonce.Value, type));
    }

    private void AddEvent(string name, LogEvent entry)
    {
        Add("event/" + name, EventCodec.Encode(entry));
        Add("event-id/" + name, EventCodec.Id(entry).Span);
    }

    private void AddBatches()
    {
        (BatchHeader first, byte[] firstBody) = BatchSealer.Seal(Template(Committee(1)), BatchBody.Empty, null);
        Add("first/body", firstBody);
        AddBatch("first", Sign(first, firstBody, Committee(1)));

        BatchBody body = new(
            [.. new[] { "NodeStats", "AgreementUse/owner", "ChunkDeclared/session", "PlacementDecided", "DeleteRequested/owner" }.Select(name => (ReadOnlyMemory<byte>)_made["event/" + name])],
            [ReceiptV1Codec.Encode(Receipt)]);
        Add("ninth/body", BatchBodyCodec.Encode(body));
        Add("ninth/body-brotli", _stored);
        (BatchHeader ninth, _) = BatchSealer.Seal(
            Template(Committee(4, 2)) with
            {
                Seq = 9, PreviousHash = Word("eighth"), LogTimeMs = 20_000, AnchorHeight = 42, AnchorHash = Word("block"), ForcedCursor = 6, CheckpointSeq = 8,
                CheckpointRoot = LogStateRoot.Of(Word("data"), Word("operations")), Author = 2,
            },
            body, null);
        AddBatch("ninth", Sign(ninth with { BodyCodec = BodyCodec.Brotli, BodyHash = new Hash256(SHA256.HashData(_stored)) }, _stored, Committee(4, 2), [0, 2, 3]));
        for (int i = 0; i < body.Events.Count; i++) Add($"ninth/proof/{i}", [.. BatchRoots.Proof(body.Events, i).SelectMany(node => node.ToArray())]);
        Add("handoff-message", BatchMessages.Handoff(ChainId, 3, Word("next committee"), Word("transcript")));
    }

    private void AddBatch(string name, BatchEnvelope envelope)
    {
        BatchHeader header = envelope.Header;
        Add($"{name}/header", BatchHeaderCodec.Encode(header));
        Add($"{name}/core-hash", header.CoreHash.Span);
        Add($"{name}/final-vote", BatchMessages.FinalVote(header));
        Add($"{name}/commit-hash", envelope.CommitHash.Span);
        Add($"{name}/group-message", BatchMessages.Group(header, header.CoreHash, envelope.CommitHash));
        Add($"{name}/envelope-message", BatchMessages.Envelope(header.CoreHash, envelope.CommitHash, envelope.GroupSignature.Span));
        Add($"{name}/envelope", BatchEnvelopeCodec.Encode(envelope));
    }

    private void AddAudits()
    {
        byte[] content = [.. Enumerable.Range(0, 5_000).Select(i => (byte)(i % 251))];
        Hash256 root = ChunkRoot.Of(content);
        AuditHoldings holdings = new([.. Enumerable.Range(0, 3).Select(i => new HeldReplica(Word($"chunk{i}"), (byte)i, (uint)i, root, 5_000)).OrderBy(replica => replica.ChunkId)]);
        Add("audit/holdings-root", holdings.Root.Span);
        Hash256 seed = AuditDraws.Seed(ChainId, 7, Word("mix"), PublicKey("n0"), holdings.Root);
        Add("audit/seed", seed.Span);
        AuditDraw[] draws = AuditDraws.Of(seed, holdings, 12);
        Add("audit/draws", [.. draws.SelectMany(draw => (byte[])[.. draw.Replica.ChunkId.Span, (byte)draw.Leaf])]);
        AnswerSheet sheet = AnswerSheet.Seal(
            ChainId, PublicKey("n0"), 7,
            [.. draws.Select(draw => new AuditAnswer(draw.Number, draw.Replica.ChunkId, draw.Replica.Slot, draw.Number == 5 ? null : ChunkRoot.Prove(content, [draw.Leaf])[0]))],
            message => Sign("n0", message));
        Add("audit/sheet", sheet.Encode());
        Add("audit/signed-answer", sheet.Extract(3).Encode());
        Add("audit/fault-leaf", AuditFaultLeaf.Encode(PublicKey("n0"), 7, new AuditFault(AuditFaultKind.Failed, 2, 3_000, 4_000, 64, 3, Word("answers"))));
        Add("audit/leaf-proof", new StateLeafProof(new ProvenLeaf(new byte[] { 1 }, 4, 9, [Word("a"), Word("b")]), Word("data")).EncodePath());
    }

    private void AddPlaces()
    {
        byte[] nameSpace = [.. new byte[19], .. "dsdn-log.."u8];
        Add("pointer/celestia", DaPointerCodec.Encode(new CelestiaPointer(77, nameSpace, 0, Word("commitment"), 5_000, Word("envelope"))));
        const string location = "https://emergency.example/9";
        byte[] message = EmergencyPointer.Message(Word("envelope"), location);
        Add("emergency-message", message);
        Add("pointer/emergency", DaPointerCodec.Encode(new EmergencyPointer(PublicKey("operator"), Sign("operator", message), Word("envelope"), location)));

        byte[] envelope = _made["first/envelope"];
        DaStatement statement = new(
            ChainId, 3, SetHash, 1, new Hash256(_made["first/core-hash"]), nameSpace, 0, (uint)envelope.Length, new Hash256(SHA256.HashData(envelope)),
            Word("commitment"), ChunkRoot.Of(envelope), 3_000, 3_000 + DaStatement.KeptMs);
        Add("statement-id", statement.Id.Span);
        DaCertificate certificate = new(statement, new byte[] { 0b1101 }, [.. new[] { 0, 2, 3 }.Select(i => (ReadOnlyMemory<byte>)Attest(statement.Message, i))]);
        Add("certificate", DaCertificateCodec.Encode(certificate));
        Add("certificate-hash", certificate.Hash.Span);
        Add("pointer/quorum", DaPointerCodec.Encode(new QuorumPointer(certificate.Hash)));
    }
}
