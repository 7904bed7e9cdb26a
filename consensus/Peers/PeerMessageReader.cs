using System.Text;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Tendermint;

namespace Dsdn.Consensus.Peers;

/// <summary>The decoding half of <see cref="PeerMessageCodec"/>: nothing is kept before its limit was checked.</summary>
internal ref struct PeerMessageReader
{
    private const int DepthMax = 6;
    private const uint PartsMax = (PeerLimits.ValueBytesMax + PeerLimits.PartBytes - 1) / PeerLimits.PartBytes;

    private RlpReader _fields;
    private PeerDecodeError _error;

    /// <summary>Null with an error, or a message without.</summary>
    public static PeerDecodeError Read(ReadOnlySpan<byte> bytes, out PeerMessage? message)
    {
        message = null;
        var input = new RlpReader(bytes, DepthMax);
        if (!input.TryReadList(out RlpReader fields) || !input.TryEnd()) return PeerDecodeError.Encoding;
        if (!fields.TryReadUInt64(out ulong version)) return PeerDecodeError.Encoding;
        if (version != PeerMessageCodec.Version) return PeerDecodeError.Version;
        if (!fields.TryReadUInt64(out ulong kind)) return PeerDecodeError.Encoding;
        if (kind is 0 or > (ulong)PeerMessageKind.Evidence) return PeerDecodeError.Kind;
        var reader = new PeerMessageReader { _fields = fields };
        PeerMessage? read = reader.Message((PeerMessageKind)kind);
        if (reader._error == PeerDecodeError.None && !reader._fields.TryEnd()) reader._error = PeerDecodeError.Encoding;
        if (reader._error != PeerDecodeError.None) return reader._error;
        message = read;
        return message is null ? PeerDecodeError.Field : PeerDecodeError.None;
    }

    private PeerMessage? Message(PeerMessageKind kind) => kind switch
    {
        PeerMessageKind.Status => Status(),
        PeerMessageKind.Proposal => Proposal(),
        PeerMessageKind.Votes => Votes(),
        PeerMessageKind.HaveVotes => HaveVotes(),
        PeerMessageKind.HaveParts => HaveParts(),
        PeerMessageKind.Part => Part(),
        PeerMessageKind.Transactions => new PeerMessage.Transactions(Items(PeerLimits.TransactionsMax)),
        PeerMessageKind.BlocksRequest => BlocksRequest(),
        PeerMessageKind.Blocks => Blocks(),
        PeerMessageKind.SnapshotsRequest => new PeerMessage.SnapshotsRequest(),
        PeerMessageKind.Snapshots => new PeerMessage.Snapshots(Items(PeerLimits.SnapshotsMax, mayBeNone: true)),
        PeerMessageKind.ChunkRequest => new PeerMessage.ChunkRequest(UInt64(), Hash(), UInt32()),
        PeerMessageKind.SnapshotChunk => new PeerMessage.SnapshotChunk(UInt64(), Hash(), UInt32(), Bytes(PeerLimits.BulkMessageBytesMax)),
        PeerMessageKind.LightBlockRequest => new PeerMessage.LightBlockRequest(UInt64()),
        PeerMessageKind.LightBlockReply => new PeerMessage.LightBlockReply(UInt64(), Bytes(PeerLimits.BulkMessageBytesMax)),
        PeerMessageKind.PeersRequest => new PeerMessage.PeersRequest(),
        PeerMessageKind.PeerAddresses => PeerAddresses(),
        _ => Evidence(),
    };

    private PeerMessage Status()
    {
        ulong decided = UInt64(), oldest = UInt64();
        uint round = UInt32(), step = UInt32();
        if (step > (uint)CoreStep.Decided) Fail(PeerDecodeError.Field);
        if (!_fields.TryReadAddress(out Address validator)) Fail(PeerDecodeError.Encoding);
        return new PeerMessage.Status(decided, oldest, round, (CoreStep)Math.Min(step, (uint)CoreStep.Decided), validator);
    }

    private PeerMessage? Proposal()
    {
        if (!ProposalCodec.TryRead(ref _fields, out Proposal? proposal)) Fail(PeerDecodeError.Encoding);
        else if (proposal.Signature.IsEmpty) Fail(PeerDecodeError.Field);
        return proposal is null ? null : new PeerMessage.ProposalMessage(proposal);
    }

    private PeerMessage? Votes()
    {
        if (!TryList(PeerLimits.VotesMax, false, out RlpReader items, out int count)) return null;
        Vote[] votes = new Vote[count];
        for (int i = 0; i < count; i++)
        {
            if (!VoteCodec.TryRead(ref items, out Vote? vote)) return Fail(PeerDecodeError.Encoding);
            if (vote.Signature.IsEmpty || (i > 0 && vote.Height != votes[0].Height)) return Fail(PeerDecodeError.Field);
            votes[i] = vote;
        }
        return new PeerMessage.Votes(votes);
    }

    private PeerMessage? HaveVotes()
    {
        ulong height = UInt64();
        if (!TryList(PeerLimits.VoteBitmapsMax, true, out RlpReader items, out int count)) return null;
        VoteBitmap[] bitmaps = new VoteBitmap[count];
        for (int i = 0; i < count; i++)
        {
            if (!items.TryReadList(out RlpReader item)) return Fail(PeerDecodeError.Encoding);
            item.TryReadUInt32(out uint round);
            item.TryReadUInt32(out uint kind);
            item.TryReadBytes(out ReadOnlySpan<byte> bits, PeerLimits.ValidatorsMax / 8);
            if (!item.TryEnd()) return Fail(PeerDecodeError.Encoding);
            if (kind is < (uint)VoteKind.Proposal or > (uint)VoteKind.Precommit) return Fail(PeerDecodeError.Field);
            if (i > 0 && (round, kind).CompareTo((bitmaps[i - 1].Round, (uint)bitmaps[i - 1].Kind)) <= 0) return Fail(PeerDecodeError.Field);
            bitmaps[i] = new VoteBitmap(round, (VoteKind)kind, bits.ToArray());
        }
        return new PeerMessage.HaveVotes(height, bitmaps);
    }

    private PeerMessage HaveParts() => new PeerMessage.HaveParts(UInt64(), Hash(), Bytes((int)(PartsMax + 7) / 8));

    private PeerMessage? Part()
    {
        ulong height = UInt64();
        Hash256 root = Hash();
        uint valueBytes = UInt32(), index = UInt32();
        if (valueBytes is 0 or > PeerLimits.ValueBytesMax || index >= PartsMax) return Fail(PeerDecodeError.Field);
        ReadOnlyMemory<byte> bytes = Bytes(PeerLimits.PartBytes);
        if (!TryList(PeerLimits.PartProofHashesMax, true, out RlpReader items, out int count)) return null;
        Hash256[] proof = new Hash256[count];
        for (int i = 0; i < count; i++)
            if (!items.TryReadHash(out proof[i])) return Fail(PeerDecodeError.Encoding);
        return new PeerMessage.Part(height, root, valueBytes, index, bytes, proof);
    }

    private PeerMessage? BlocksRequest()
    {
        ulong from = UInt64();
        uint count = UInt32();
        return count is 0 or > PeerLimits.BlocksPerRequestMax ? Fail(PeerDecodeError.Count) : new PeerMessage.BlocksRequest(from, count);
    }

    private PeerMessage? Blocks()
    {
        ulong from = UInt64();
        IReadOnlyList<ReadOnlyMemory<byte>> items = Items(PeerLimits.BlocksPerRequestMax, mayBeNone: true);
        if (!TryList(1, true, out RlpReader certificates, out int count)) return null;
        Certificate? certificate = null;
        if (count == 1 && !CertificateCodec.TryRead(ref certificates, out certificate)) return Fail(PeerDecodeError.Encoding);
        return new PeerMessage.Blocks(from, items, certificate);
    }

    private PeerMessage? PeerAddresses()
    {
        if (!TryList(PeerLimits.PeerAddressesMax, true, out RlpReader items, out int count)) return null;
        PeerAddress[] addresses = new PeerAddress[count];
        for (int i = 0; i < count; i++)
        {
            if (!items.TryReadList(out RlpReader item)) return Fail(PeerDecodeError.Encoding);
            item.TryReadHash(out Hash256 id);
            item.TryReadBytes(out ReadOnlySpan<byte> host, PeerLimits.HostCharactersMax);
            item.TryReadUInt32(out uint port);
            if (!item.TryEnd()) return Fail(PeerDecodeError.Encoding);
            if (port is 0 or > ushort.MaxValue || !IsHost(host)) return Fail(PeerDecodeError.Field);
            addresses[i] = new PeerAddress(new PeerId(id), Encoding.ASCII.GetString(host), (ushort)port);
        }
        return new PeerMessage.PeerAddresses(addresses);
    }

    private PeerMessage? Evidence()
    {
        if (!TryList(PeerLimits.EvidenceItemsMax, false, out RlpReader items, out int count)) return null;
        var evidence = new EvidenceItem[count];
        for (int i = 0; i < count; i++)
        {
            if (!items.TryReadBytes(out ReadOnlySpan<byte> encoded, EvidenceCodec.ItemBytesMax)) return Fail(PeerDecodeError.Encoding);
            if (!EvidenceCodec.TryDecode(encoded, out EvidenceItem? item)) return Fail(PeerDecodeError.Field);
            evidence[i] = item;
        }
        return new PeerMessage.Evidence(evidence);
    }

    /// <summary>Characters of names and addresses only: what a peer sends is printed and dialled later.</summary>
    private static bool IsHost(ReadOnlySpan<byte> host)
    {
        foreach (byte character in host)
            if (!char.IsAsciiLetterOrDigit((char)character) && character is not ((byte)'.' or (byte)'-' or (byte)':')) return false;
        return !host.IsEmpty;
    }

    private IReadOnlyList<ReadOnlyMemory<byte>> Items(int itemsMax, bool mayBeNone = false)
    {
        if (!TryList(itemsMax, mayBeNone, out RlpReader items, out int count)) return [];
        var copies = new ReadOnlyMemory<byte>[count];
        for (int i = 0; i < count; i++)
        {
            if (!items.TryReadBytes(out ReadOnlySpan<byte> bytes)) Fail(PeerDecodeError.Encoding);
            if (bytes.IsEmpty) Fail(PeerDecodeError.Field);
            copies[i] = bytes.ToArray();
        }
        return copies;
    }

    /// <summary>A list whose length was counted, so that an array for it is never larger than the limit.</summary>
    private bool TryList(int itemsMax, bool mayBeNone, out RlpReader items, out int count)
    {
        count = 0;
        if (!_fields.TryReadList(out items) || !items.TryCount(out count)) return Fail(PeerDecodeError.Encoding) is not null;
        return (count <= itemsMax && (count > 0 || mayBeNone)) || Fail(PeerDecodeError.Count) is not null;
    }

    private ulong UInt64() => _fields.TryReadUInt64(out ulong value) ? value : Unread<ulong>();

    private uint UInt32() => _fields.TryReadUInt32(out uint value) ? value : Unread<uint>();

    private Hash256 Hash() => _fields.TryReadHash(out Hash256 hash) ? hash : Unread<Hash256>();

    private ReadOnlyMemory<byte> Bytes(int bytesMax) =>
        _fields.TryReadBytes(out ReadOnlySpan<byte> bytes, bytesMax) ? bytes.ToArray() : Unread<ReadOnlyMemory<byte>>();

    private T Unread<T>() where T : struct
    {
        Fail(PeerDecodeError.Encoding);
        return default;
    }

    /// <summary>The first error stays.</summary>
    private PeerMessage? Fail(PeerDecodeError error)
    {
        if (_error == PeerDecodeError.None) _error = error;
        return null;
    }
}
