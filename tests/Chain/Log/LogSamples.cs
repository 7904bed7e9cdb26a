using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Log.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Tests.Log;

/// <summary>Keys, committees and batches made from small numbers.</summary>
internal static class LogSamples
{
    public const ulong ChainId = 17_847;

    public static readonly Hash256 LogId = Word("log");

    /// <summary>SHA-256 of a text: any 32 bytes that are not special.</summary>
    public static Hash256 Word(string name) => new(System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(name)));

    public static byte[] Seed(string name) => Word("key " + name).ToArray();

    public static Hash256 PublicKey(string name)
    {
        Span<byte> key = stackalloc byte[32];
        Ed25519.PublicKey(Seed(name), key);
        return new Hash256(key);
    }

    public static byte[] Sign(string name, ReadOnlySpan<byte> message)
    {
        byte[] signature = new byte[64];
        Ed25519.Sign(message, Seed(name), signature);
        return signature;
    }

    /// <summary>Members m0, m1, ...; the group key is that of "group", or of m0 where it is alone.</summary>
    public static Committee Committee(int members, ulong epoch = 0)
    {
        if (members == 1 && epoch == 0) return Chain.Log.Committees.Committee.OfOne(ChainId, Address.FromNumber(1), PublicKey("m0"), 1_000, LogId);
        return new Committee(
            ChainId, epoch, Chain.Log.Committees.Committee.ThresholdOf(members), PublicKey("group"),
            [.. Enumerable.Range(0, members).Select(i => new CommitteeMember(Address.FromNumber((ushort)(i + 1)), PublicKey($"m{i}"), Word($"x{i}"), Word($"share{i}")))],
            1_000, 1_000_000, Word("seed"));
    }

    public static BatchHeader Template(Committee committee, BatchHeader? previous = null) => new()
    {
        ChainId = ChainId, LogId = LogId, Epoch = committee.Epoch, Seq = (previous?.Seq ?? 0) + 1, PreviousHash = previous?.CoreHash ?? LogId,
        CommitteeHash = committee.Hash, LogTimeMs = (previous?.LogTimeMs ?? 1_000) + 2_000, AnchorHeight = previous?.AnchorHeight ?? 0,
        AnchorHash = previous?.AnchorHash ?? LogId, ForcedCursor = previous?.ForcedCursor ?? 0, EventsCount = 0, EventsRoot = default, ReceiptsCount = 0,
        ReceiptsRoot = default, BodyCodec = BodyCodec.Raw, BodyBytes = 0, BodyHash = default, CheckpointSeq = previous?.CheckpointSeq ?? 0,
        CheckpointRoot = previous?.CheckpointRoot ?? default, Author = 0,
    };

    /// <summary>Signed by the members in <paramref name="voters"/>, all by default.</summary>
    public static BatchEnvelope Sign(BatchHeader header, byte[] body, Committee committee, int[]? voters = null)
    {
        voters ??= [.. Enumerable.Range(0, committee.Members.Count)];
        byte[] bitmap = Bitmap.Of(committee.Members.Count, voters);
        ReadOnlyMemory<byte>[] votes = [.. voters.Select(i => (ReadOnlyMemory<byte>)Sign($"m{i}", BatchMessages.FinalVote(header)))];
        Hash256 commit = BatchMessages.CommitHash(bitmap, votes);
        byte[] group = Sign(committee.Members.Count == 1 ? "m0" : "group", BatchMessages.Group(header, header.CoreHash, commit));
        byte[] author = Sign($"m{header.Author}", BatchMessages.Envelope(header.CoreHash, commit, group));
        return new BatchEnvelope(header, bitmap, votes, group, author, body);
    }

    public static BatchEnvelope Batch(Committee committee, BatchHeader? previous, BatchBody body, int? brotliQuality = null)
    {
        (BatchHeader header, byte[] encoded) = BatchSealer.Seal(Template(committee, previous), body, brotliQuality);
        return Sign(header, encoded, committee);
    }

    /// <summary>A node's event, signed by its key.</summary>
    public static LogEvent NodeEvent(string node, EventBody body, ulong counter = 1)
    {
        LogEvent unsigned = new()
        {
            ChainId = ChainId, Kind = body.Kind, AuthorType = AuthorType.Node, Author = PublicKey(node), Nonce = counter, ValidUntilMs = 1_000_000,
            Body = body.Encode(), Signature = new byte[64],
        };
        return unsigned with { Signature = Sign(node, EventSignature.NodeMessage(EventCodec.Id(unsigned))) };
    }

    /// <summary>An owner's event, signed by the account whose private key is that of <see cref="Seed"/>.</summary>
    public static LogEvent OwnerEvent(string owner, OwnerBody body, ulong counter = 1, AuthorType type = AuthorType.Account)
    {
        byte[] signature = new byte[65];
        Assert.True(Secp256k1.TrySign(EventSignature.OwnerDigest(ChainId, type, body, counter, 1_000_000), Seed(owner), signature, out byte parity));
        signature[64] = (byte)(27 + parity);
        return new LogEvent
        {
            ChainId = ChainId, Kind = body.Kind, AuthorType = type, Author = AuthorAddress.Of(AddressOf(owner)), Nonce = counter, ValidUntilMs = 1_000_000,
            Body = body.Encode(), Signature = signature,
        };
    }

    public static Address AddressOf(string owner) => Secp256k1.TryAddress(Seed(owner), out Address address) ? address : throw new InvalidOperationException();

    public static BatchBody SomeEvents(int count) => new(
        [.. Enumerable.Range(1, count).Select(i => (ReadOnlyMemory<byte>)EventCodec.Encode(
            NodeEvent("n0", new ReplicaRemoved(Word("chunk"), 0, 1, RemovalReason.Surplus), (ulong)i)))], []);
}
