using Dsdn.Chain.Blocks;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State.Roots;
using Dsdn.Log.State.Rules;
using Dsdn.Log.State.Tables;

namespace Dsdn.Log.State.Checkpoints;

/// <summary>Rows from their leaves, in ascending order. It checks what it needs in order not to break; whether the leaves are the right ones, the root tells.</summary>
internal sealed class LeafLoader(LogGenesis genesis, ulong tableSeed)
{
    private readonly LogTables _tables = LogTables.Empty(genesis, tableSeed);
    private readonly List<(ulong ExpiresMs, TripleKey Key)> _reservations = [];
    private (ulong Epoch, Hash256 SetHash) _daSet;
    private LightBlock? _block;
    private readonly List<FeedPosition> _feeds = [];

    /// <param name="leaf">table u8 | key | value.</param>
    public LogFault TryAdd(ReadOnlyMemory<byte> leaf)
    {
        LogReader reader = new(leaf);
        LogTableId table = (LogTableId)reader.U8();
        int keyBytes = LeafTables.KeyBytes(table);
        if (keyBytes < 0) return LogFault.Value;
        ReadOnlyMemory<byte> key = reader.Bytes(keyBytes);
        if (reader.Fault != LogFault.None) return reader.Fault;
        bool isRead = (byte)table < (byte)LogTableId.Head ? ReadData(table, key.Span, ref reader) : keyBytes == 0 ? ReadScalar(table, ref reader) : ReadOperations(table, key.Span, ref reader);
        return isRead ? reader.End() : LogFault.Value;
    }

    /// <summary>Null where rows are missing that others need.</summary>
    public LogTables? TryFinish(ulong seq)
    {
        if ((_tables.Head?.Seq ?? 0) != seq || _tables.Committees.Count == 0) return null;
        ValidatorSet validators = _block?.NextValidators ?? genesis.GenesisValidators;
        if (BlockHashes.Validators(validators) != _daSet.SetHash) return null;
        _tables.DaSet = new DaSet(_daSet.Epoch, _daSet.SetHash, validators);
        _tables.Chain = new AnchoredChain(_block, [.. _feeds]);
        _reservations.Sort();
        foreach ((ulong expiresMs, TripleKey key) in _reservations) _tables.Expiries.Add(expiresMs, key);
        for (int slot = 0; slot < _tables.Reservations.Order.Slots; slot++)
            if (_tables.Reservations.Order.IsLive(slot)) ReservedQuota.Add(_tables, _tables.Reservations.Key(slot).First, _tables.Reservations.Row(slot).LengthBytes);
        return _tables;
    }

    private bool ReadData(LogTableId table, ReadOnlySpan<byte> key, ref LogReader reader)
    {
        switch (table)
        {
            case LogTableId.Agreement:
                _tables.Agreements.Add(IdKey.Read(key), new AgreementRow { Owner = reader.Address(), References = reader.U64(), HeldBytes = reader.U128() });
                return true;
            case LogTableId.Chunk:
                _tables.Chunks.Add(IdKey.Read(key), ReadChunk(ref reader));
                return true;
            case LogTableId.Reference:
                TripleKey reference = TripleKey.Read(key);
                int chunk = _tables.Chunks.Find(new IdKey(reference.First));
                if (chunk == LogTables.None || !_tables.Agreements.Has(new IdKey(reference.Second))) return false;
                ChunkChains.AddReference(_tables, chunk, reference);
                return true;
            case LogTableId.Replica:
                ReplicaKey replica = ReplicaKey.Read(key);
                int of = _tables.Chunks.Find(new IdKey(replica.Chunk));
                if (of == LogTables.None || replica.Slot >= _tables.Chunks.Row(of).Coding.Slots()) return false;
                ChunkChains.AddReplica(_tables, of, replica, new ReplicaRow { Life = (ReplicaLife)reader.U8(), Generation = reader.U32(), Zone = reader.U16() });
                return true;
            default:
                return false; // Node follows from NodeRow
        }
    }

    private static ChunkRow ReadChunk(ref LogReader reader)
    {
        ChunkRow row = new()
        {
            Life = (ChunkLife)reader.U8(), Generation = reader.U32(), Coding = (ChunkCoding)reader.U8((byte)ChunkCoding.ReedSolomon), LengthBytes = reader.U64(),
            PlacedSeq = reader.U8(1), FirstReference = LogTables.None, FirstReplica = LogTables.None,
        };
        Hash256[] roots = new Hash256[row.Coding.Roots()];
        for (int i = 0; i < roots.Length; i++) roots[i] = reader.Hash();
        row.Root = roots[0];
        row.ShardRoots = roots.Length == 1 ? null : roots;
        return row;
    }

    private bool ReadOperations(LogTableId table, ReadOnlySpan<byte> key, ref LogReader reader)
    {
        switch (table)
        {
            case LogTableId.Committee:
                bool isCommittee = CommitteeCodec.TryDecode(reader.Bytes(reader.Left), out Committee? committee) == LogFault.None;
                _tables.Committees.Add(NumberKey.Read(key), new CommitteeRow { Committee = committee });
                return isCommittee;
            case LogTableId.NodeRow:
                bool isRecord = NodeRecord.TryDecode(reader.Bytes(reader.Left).Span, out NodeRecord? record);
                _tables.Nodes.Add(IdKey.Read(key), new NodeRow { Record = record });
                return isRecord;
            case LogTableId.NodeStats:
                StatsRow stats = new() { Seq = reader.U64(), LogTimeMs = reader.U64(), Body = reader.Bytes(reader.Left).ToArray() };
                stats.Stats = Body(EventKind.NodeStats, stats.Body) as NodeStats;
                _tables.Stats.Add(IdKey.Read(key), stats);
                return stats.Stats is not null;
            case LogTableId.Liveness:
                _tables.Liveness.Add(IdKey.Read(key), new LivenessRow { ReachedRound = reader.U64(), Missed = reader.U32(), DownSinceMs = reader.U64() });
                return true;
            case LogTableId.Nonce:
                _tables.Lanes.Add(LaneKey.Read(key), new LaneRow { Counter = reader.U64() });
                return true;
            case LogTableId.Reservation:
                ReservationRow reservation = ReservationRow.Read(ref reader);
                _tables.Reservations.Add(TripleKey.Read(key), reservation);
                _reservations.Add((reservation.ExpiresMs, TripleKey.Read(key)));
                return true;
            case LogTableId.ReplicaPosition:
                int replica = _tables.Replicas.Find(ReplicaKey.Read(key));
                if (replica == LogTables.None) return false;
                _tables.Replicas.Row(replica).HeldSeq = reader.U64();
                return true;
            case LogTableId.NodeAudit:
                _tables.NodeAudits.Add(IdKey.Read(key), NodeAuditRow.Read(ref reader));
                return true;
            case LogTableId.AuditFault:
                _tables.AuditFaults.Add(AuditKey.Read(key), new AuditFaultRow { Fault = AuditFault.Read(ref reader) });
                return true;
            case LogTableId.Departed:
                _tables.Departed.Add(ReplicaKey.Read(key), new DepartedRow { IsExcused = reader.U8(1) == 1, Generation = reader.U32(), LengthBytes = reader.U64(), Root = reader.Hash() });
                return true;
            case LogTableId.ChunkPosition:
                return ReadPosition(IdKey.Read(key), ref reader);
            case LogTableId.Tally:
                _tables.Tallies.Add(TallyKey.Read(key), new TallyRow { Count = reader.U64() });
                return true;
            case LogTableId.AgreementTerm:
                TermRow term = new()
                {
                    Coding = (ChunkCoding)reader.U8((byte)ChunkCoding.ReedSolomon), QuotaBytes = reader.U64(), EndMs = reader.U64(), ReleaseMs = reader.U64(), IsClosed = reader.U8(1) == 1,
                };
                _tables.Terms.Add(IdKey.Read(key), term);
                _tables.Releases.Set(IdKey.Read(key).Id, null, term.ReleaseMs);
                return _tables.Agreements.Has(IdKey.Read(key));
            case LogTableId.Session:
                _tables.Sessions.Add(SessionKey.Read(key), new SessionRow { Scopes = (SessionScopes)reader.U8((byte)SessionScopes.All), ExpiresMs = reader.U64() });
                return true;
            case LogTableId.Roots:
                _tables.KeptRoots.Add(NumberKey.Read(key), new RootsRow { CoreHash = reader.Hash(), Data = reader.Hash(), Operations = reader.Hash() });
                return true;
            default:
                return false;
        }
    }

    private bool ReadPosition(IdKey key, ref LogReader reader)
    {
        int chunk = _tables.Chunks.Find(key);
        if (chunk == LogTables.None) return false;
        ref ChunkRow row = ref _tables.Chunks.Row(chunk);
        bool wasPlaced = row.IsPlaced; // as the other leaf of the chunk says
        (row.ReservedSeq, row.DeclaredSeq, row.PlacedSeq, row.DeletedSeq) = (reader.U64(), reader.U64(), reader.U64(), reader.U64());
        return row.IsPlaced == wasPlaced;
    }

    private bool ReadScalar(LogTableId table, ref LogReader reader)
    {
        switch (table)
        {
            case LogTableId.Head:
                BatchHeaderCodec.TryDecode(reader.Bytes(reader.Left), out BatchHeader? head);
                _tables.Head = head;
                return head is not null;
            case LogTableId.ChainBlock:
                return LightBlock.TryDecode(reader.Bytes(reader.Left).Span, out _block);
            case LogTableId.DaSet:
                _daSet = (reader.U64(), reader.Hash());
                return true;
            case LogTableId.LastCheckpoint:
                _tables.LastCheckpoint = Body(EventKind.Checkpoint, reader.Bytes(reader.Left)) as Checkpoint;
                return _tables.LastCheckpoint is not null;
            case LogTableId.LastAnchor:
                _tables.LastAnchor = (Body(EventKind.LogAnchored, reader.Bytes(reader.Left)) as LogAnchored)?.Anchor;
                return _tables.LastAnchor is not null;
            case LogTableId.Fallback:
                _tables.Fallback = FallbackStatus.Read(ref reader);
                return true;
            case LogTableId.Reconciliation:
                _tables.Reconciliation = ReconciliationStatus.Read(ref reader);
                return true;
            case LogTableId.LivenessRound:
                (_tables.LivenessRound, _tables.LivenessRegistry) = (reader.U64(), reader.U64());
                return _tables.LivenessRound != 0;
            case LogTableId.Audit:
                _tables.Audit = AuditStatus.Read(ref reader);
                return true;
            case LogTableId.Feeds:
                while (reader.Left > 0) _feeds.Add(new FeedPosition(reader.U8(), reader.U64(), reader.Hash()));
                return true;
            default:
                return false;
        }
    }

    /// <summary>What an event said; null where it says nothing.</summary>
    private EventBody? Body(EventKind kind, ReadOnlyMemory<byte> bytes)
    {
        LogEvent entry = new()
        {
            ChainId = genesis.ChainId, Kind = kind, AuthorType = AuthorType.Derived, Author = Hash256.Zero, Nonce = 0, ValidUntilMs = 0, Body = bytes.ToArray(), Signature = default,
        };
        EventBodyCodec.TryDecode(entry, ulong.MaxValue - 1, out EventBody? body);
        return body;
    }
}
