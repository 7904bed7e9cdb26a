using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Tickets;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;
using Dsdn.Log.Tests.Kit;
using Dsdn.Simulator.Engine;

namespace Dsdn.Simulator.Storage;

/// <summary>Somebody with an agreement: uploads, deletes, uploads again what was deleted, and now and then tries what is not allowed.</summary>
internal sealed class StorageUser
{
    private const ushort DeletionLane = 4_000;

    private readonly StorageWorld _world;
    private readonly SeededRandom _random;
    private readonly List<StorageUpload> _uploads = [];
    private ulong _deletions;

    public StorageUser(StorageWorld world, string name) => (_world, Name, _random) = (world, name, SeededRandom.Of(world.Plan.Seed, name));

    public string Name { get; }

    public Hash256 Agreement => LogKeys.Word("agreement of " + Name);

    public IReadOnlyList<StorageUpload> Uploads => _uploads;

    public SeededRandom Random => _random;

    public void Begin()
    {
        for (int i = 0; i < _world.Plan.Uploads; i++) _world.Time.After((ulong)_random.Between(3_000, (int)_world.Plan.CalmMs) * 1_000, Upload);
        for (int i = 0; i < _world.Plan.Uploads / 3; i++) _world.Time.After((ulong)_random.Between(20_000, (int)_world.Plan.CalmMs) * 1_000, Delete);
        for (int i = 0; i < 3; i++) _world.Time.After((ulong)_random.Between(10_000, (int)_world.Plan.CalmMs) * 1_000, Intrude);
    }

    /// <summary>Lost now and then; who cares sends it again.</summary>
    public void Submit(OwnerBody body, ushort lane, ulong counter)
    {
        byte[] encoded = LogKeys.OwnerEvent(Name, body, AuthorNonce.Of(lane, counter).Value);
        if (!_random.OneIn(20)) _world.Time.After((ulong)_random.Between(10, 400) * 1_000, () => _world.Coordinator.Submit(encoded));
    }

    public UploadTicket Sign(UploadTicket ticket, string? by = null)
    {
        byte[] signature = new byte[EventCodec.OwnerSignatureSize];
        if (!Secp256k1.TrySign(ticket.Digest(LogKeys.ChainId), LogKeys.Seed(by ?? Name), signature, out byte parity)) throw new InvalidOperationException("not signed");
        signature[^1] = (byte)(27 + parity);
        return ticket with { Signature = signature };
    }

    private void Upload()
    {
        bool hasShards = _world.Plan.Zones >= 5 && _random.OneIn(2);
        List<StoredContent> contents = [];
        for (int i = _random.Between(1, 3); i > 0; i--)
        {
            bool isKnown = _world.Contents.Count > 0 && _random.OneIn(6);
            StoredContent content = isKnown
                ? _world.Contents.Values.ElementAt(_random.Below(_world.Contents.Count))
                : _world.Keep(new StoredContent(_random.Bytes(_random.Between(1, 3_000)), hasShards ? ChunkCoding.ReedSolomon : ChunkCoding.Replicas));
            if (!contents.Contains(content)) contents.Add(content);
        }
        // One reservation is of one coding.
        contents.RemoveAll(content => content.Coding != contents[0].Coding);
        StorageUpload upload = new(_world, this, (ushort)(_uploads.Count + 1), LogKeys.Word($"file {_uploads.Count} of {Name}"), contents);
        _uploads.Add(upload);
        upload.Begin();
    }

    private void Delete()
    {
        StorageUpload[] done = [.. _uploads.Where(static upload => upload is { IsDone: true, IsDeleted: false })];
        if (done.Length == 0) return;
        StorageUpload upload = _random.Pick<StorageUpload>(done);
        upload.IsDeleted = true;
        _world.Statistics.Deleted++;
        Ask(upload.File);

        void Ask(Hash256 file)
        {
            if (_world.Coordinator.State.Queries.File(Agreement, file).Count == 0) return;
            Submit(new DeleteRequested(Agreement, DeleteScope.Files, [file]), DeletionLane, ++_deletions);
            _world.Time.After(6_000_000, () => Ask(file));
        }
    }

    /// <summary>Bytes that nobody reserved, or a ticket that somebody else signed.</summary>
    private void Intrude()
    {
        StorageMachine machine = _random.Pick(_world.Machines);
        bool isForged = _random.OneIn(2);
        StorageUpload? victim = _uploads.Count > 0 && isForged ? _random.Pick<StorageUpload>(_uploads) : null;
        StoredContent content = victim?.Contents[0] ?? new StoredContent(_random.Bytes(500), ChunkCoding.Replicas);
        Hash256[] nodes = [.. Enumerable.Repeat(machine.Id, content.Coding.Slots())];
        UploadTicket ticket = Sign(
            new UploadTicket(
                AuthorType.Account, LogKeys.AddressOf(Name), Agreement, victim?.File ?? LogKeys.Word("no file"), content.Id, (ulong)content.Bytes.Length, content.Coding, 0, content.Roots, nodes,
                _world.NowMs + 60_000), isForged ? "mallory" : Name);
        _world.Request<StoreAck>(null, machine, (to, reply) => to.Put(ticket, 0, content.OfSlot(0), reply), ack =>
        {
            if (ack is not null) throw new BrokenInvariant($"{machine.Plan.Name} took bytes {(isForged ? "of a forged ticket" : "that nobody reserved")}");
        });
    }
}

/// <summary>A file on its way: reserved, put, declared; everything that is not heard of is done again.</summary>
internal sealed class StorageUpload(StorageWorld world, StorageUser user, ushort lane, Hash256 file, IReadOnlyList<StoredContent> contents)
{
    private const ulong LookUs = 1_000_000, AgainMs = 7_000, ReserveAgainMs = 25_000, AckMs = 35_000, PatienceMs = 4_000;

    private readonly Parcel[] _parcels = [.. contents.Select(static content => new Parcel(content))];
    private ulong _counter, _reservedMs;

    public Hash256 File => file;

    public IReadOnlyList<StoredContent> Contents => contents;

    public bool IsDone { get; private set; }

    public bool IsAbandoned { get; private set; }

    public bool IsDeleted { get; set; }

    public override string ToString() => string.Join("; ", _parcels.Select(Text));

    public void Begin()
    {
        Look();
        if (!IsDone && !IsAbandoned) world.Time.After(LookUs, Begin);
    }

    private void Look()
    {
        LogQueries queries = world.Coordinator.State.Queries;
        Parcel[] open = [.. _parcels.Where(parcel => !queries.References(parcel.Content.Id).Any(reference => reference.FileId == file))];
        if (open.Length == 0)
        {
            IsDone = true;
            world.Statistics.Declared += contents.Count;
            world.Statistics.DeclaredShards += contents.Count(static content => content.Coding == ChunkCoding.ReedSolomon);
            return;
        }
        // Its owner was interrupted, and begins with what the log has.
        if (user.Random.OneIn(40))
            foreach (Parcel parcel in open) parcel.Acks.Clear();
        bool isReserved = open.All(parcel => queries.Reservation(user.Agreement, file, parcel.Content.Id) is not null);
        bool isStale = world.NowMs > _reservedMs + ReserveAgainMs;
        if (!isReserved || isStale) Reserve(open, isReserved);
        if (isReserved)
            foreach (Parcel parcel in open) Work(queries, parcel);
    }

    private string Text(Parcel parcel)
    {
        LogQueries queries = world.Coordinator.State.Queries;
        IReadOnlyList<PlacedReplica> places = queries.Reservation(user.Agreement, file, parcel.Content.Id)?.Places ?? [];
        string known = queries.Chunk(parcel.Content.Id) is { } chunk ? $"generation {chunk.Generation}{(chunk.IsDeleted ? " deleted" : "")}" : "not known";
        string nodes = string.Join(", ", places.Select(place => $"{place.Slot}:{world.MachineOf(place.NodeId).Plan.Name}{(world.MachineOf(place.NodeId).IsUp ? "" : " not up")}"));
        return $"{parcel.Content.Coding} {parcel.Content.Id}, {known}, reserved at [{nodes}], {parcel.Acks.Count} acknowledged";
    }

    /// <summary>Shards may not be offered any more: then there is no upload.</summary>
    private void Reserve(Parcel[] open, bool isReserved)
    {
        if (world.NowMs < _reservedMs + AgainMs) return;
        if (!isReserved && contents[0].Coding == ChunkCoding.ReedSolomon && _counter > 5)
        {
            IsAbandoned = true;
            world.Statistics.Abandoned++;
            return;
        }
        _reservedMs = world.NowMs;
        user.Submit(new AgreementUse(user.Agreement, file, contents[0].Coding, [.. open.Select(static parcel => new ReservedChunk(parcel.Content.Id, (ulong)parcel.Content.Bytes.Length))]), lane, ++_counter);
    }

    private void Work(LogQueries queries, Parcel parcel)
    {
        StoredContent content = parcel.Content;
        ChunkEntry? known = queries.Chunk(content.Id);
        uint generation = known is null ? 0 : known.IsDeleted ? known.Generation + 1 : known.Generation;
        Hash256[] nodes = new Hash256[content.Coding.Slots()];
        if (known is { IsDeleted: false })
        {
            foreach (ReplicaEntry replica in queries.Replicas(content.Id))
                if (replica.Generation == generation && (nodes[replica.Slot].IsZero || replica.IsHeld)) nodes[replica.Slot] = replica.NodeId;
        }
        else if (queries.Reservation(user.Agreement, file, content.Id) is { } reserved)
        {
            foreach (PlacedReplica place in reserved.Places) nodes[place.Slot] = place.NodeId;
        }
        if (parcel.Ticket is not { } ticket || ticket.Generation != generation || !ticket.Nodes.SequenceEqual(nodes) || ticket.ValidUntilMs < world.NowMs + 60_000) parcel.Renew(Sign(content, generation, nodes));
        parcel.Forget(world.NowMs, AckMs);
        for (byte slot = 0; slot < nodes.Length; slot++)
            if (!nodes[slot].IsZero && !parcel.Acks.ContainsKey(slot)) Put(parcel, slot);
        if (parcel.Acks.Count < content.Coding.AcksMin()) parcel.QuorumMs = 0;
        else if (parcel.QuorumMs == 0) parcel.QuorumMs = world.NowMs;
        bool isReady = parcel.QuorumMs != 0 && (parcel.Acks.Count == nodes.Count(static node => !node.IsZero) || world.NowMs >= parcel.QuorumMs + PatienceMs);
        if (!isReady || world.NowMs < parcel.DeclaredMs + AgainMs) return;
        parcel.DeclaredMs = world.NowMs;
        user.Submit(new ChunkDeclared(user.Agreement, file, content.Id, (ulong)content.Bytes.Length, content.Coding, generation, content.Roots, [.. parcel.Acks.Values.Select(static ack => ack.Ack)]), lane, ++_counter);
    }

    private UploadTicket Sign(StoredContent content, uint generation, Hash256[] nodes) => user.Sign(new UploadTicket(
        AuthorType.Account, LogKeys.AddressOf(user.Name), user.Agreement, file, content.Id, (ulong)content.Bytes.Length, content.Coding, generation, content.Roots, nodes, world.NowMs + 600_000));

    private void Put(Parcel parcel, byte slot)
    {
        if (parcel.Ticket is not { } ticket || !parcel.Putting.Add(slot)) return;
        ulong began = world.NowMs;
        world.Request<StoreAck>(null, world.MachineOf(ticket.Nodes[slot]), (machine, reply) => machine.Put(ticket, slot, parcel.Content.OfSlot(slot), reply), ack =>
        {
            if (parcel.Ticket != ticket) return;
            parcel.Putting.Remove(slot);
            if (ack is not null) parcel.Acks[slot] = (ack, began);
        });
    }

    private sealed class Parcel(StoredContent content)
    {
        public StoredContent Content { get; } = content;

        public UploadTicket? Ticket { get; private set; }

        public SortedDictionary<byte, (StoreAck Ack, ulong AtMs)> Acks { get; } = [];

        public HashSet<byte> Putting { get; } = [];

        public ulong QuorumMs { get; set; }

        public ulong DeclaredMs { get; set; }

        public void Renew(UploadTicket ticket)
        {
            Ticket = ticket;
            Acks.Clear();
            Putting.Clear();
        }

        /// <summary>What a node stages it does not keep for ever.</summary>
        public void Forget(ulong nowMs, ulong ackMs)
        {
            foreach (byte slot in Acks.Where(ack => ack.Value.AtMs + ackMs < nowMs).Select(static ack => ack.Key).ToArray()) Acks.Remove(slot);
        }
    }
}
