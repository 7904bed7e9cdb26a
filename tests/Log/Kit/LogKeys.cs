using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Tests.Kit;

/// <summary>Keys made from names, and what they sign.</summary>
internal static class LogKeys
{
    public const ulong ChainId = Chain.Tests.LightClient.LightChain.ChainId;

    public const ulong ValidUntilMs = 1UL << 50;

    private static readonly Dictionary<string, Hash256> PublicKeys = new(StringComparer.Ordinal);

    /// <summary>SHA-256 of a text: any 32 bytes that are not special.</summary>
    public static Hash256 Word(string name) => new(SHA256.HashData(Encoding.ASCII.GetBytes(name)));

    public static byte[] Seed(string name) => Word("key " + name).ToArray();

    public static Hash256 PublicKey(string name)
    {
        lock (PublicKeys)
        {
            if (PublicKeys.TryGetValue(name, out Hash256 known)) return known;
            Span<byte> key = stackalloc byte[32];
            Ed25519.PublicKey(Seed(name), key);
            return PublicKeys[name] = new Hash256(key);
        }
    }

    public static byte[] Sign(string name, ReadOnlySpan<byte> message)
    {
        byte[] signature = new byte[64];
        Ed25519.Sign(message, Seed(name), signature);
        return signature;
    }

    public static Address AddressOf(string owner) => Secp256k1.TryAddress(Seed(owner), out Address address) ? address : throw new InvalidOperationException("no key");

    /// <summary>Of a node on this machine, on an address of its own.</summary>
    public static NodeStats Stats(int node, ulong freeBytes = 1UL << 39, ulong capacityBytes = 1UL << 40, ulong chunks = 0) => new(
        [new Endpoint(EndpointRole.Storage, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, (byte)(node / 256), (byte)(node % 256) }, 45_840)],
        capacityBytes, freeBytes, chunks, 10, 1_000, 2_000);

    /// <summary>A node's event, signed by its key.</summary>
    public static byte[] NodeEvent(string node, EventBody body, ulong nonce, ulong validUntilMs = ValidUntilMs)
    {
        LogEvent unsigned = new()
        {
            ChainId = ChainId, Kind = body.Kind, AuthorType = AuthorType.Node, Author = PublicKey(node), Nonce = nonce, ValidUntilMs = validUntilMs,
            Body = body.Encode(), Signature = new byte[64],
        };
        return EventCodec.Encode(unsigned with { Signature = Sign(node, EventSignature.NodeMessage(EventCodec.Id(unsigned))) });
    }

    /// <summary>An owner's event, signed by the account.</summary>
    public static byte[] OwnerEvent(string owner, OwnerBody body, ulong nonce, AuthorType type = AuthorType.Account)
    {
        byte[] signature = new byte[65];
        if (!Secp256k1.TrySign(EventSignature.OwnerDigest(ChainId, type, body, nonce, ValidUntilMs), Seed(owner), signature, out byte parity)) throw new InvalidOperationException("not signed");
        signature[64] = (byte)(27 + parity);
        return EventCodec.Encode(new LogEvent
        {
            ChainId = ChainId, Kind = body.Kind, AuthorType = type, Author = AuthorAddress.Of(AddressOf(owner)), Nonce = nonce, ValidUntilMs = ValidUntilMs,
            Body = body.Encode(), Signature = signature,
        });
    }

    public static byte[] CommitteeEvent(in Hash256 committee, ulong seq, int place, EventBody body) => EventCodec.Encode(new LogEvent
    {
        ChainId = ChainId, Kind = body.Kind, AuthorType = AuthorType.Committee, Author = committee, Nonce = EventReader.NonceOf(seq, place), ValidUntilMs = 0,
        Body = body.Encode(), Signature = default,
    });

    /// <summary>A chunk with the words of the nodes that store it, each in the zone it is given with.</summary>
    public static ChunkDeclared Declared(
        string agreement, string file, string chunk, ulong length, ChunkCoding coding, uint generation, params (byte Slot, string Node, ushort Zone)[] acks)
    {
        Hash256[] roots = [.. Enumerable.Range(0, coding.Roots()).Select(i => Word($"root {chunk} {i}"))];
        ChunkDeclared unsigned = new(Word(agreement), Word(file), Word(chunk), length, coding, generation, roots, []);
        StoreAck[] signed = [.. acks.Select(ack =>
        {
            StoreAck words = new(ack.Slot, PublicKey(ack.Node), ack.Zone, Word("ticket " + chunk), 1_000, new byte[64]);
            return words with { Signature = Sign(ack.Node, StoreAck.Message(StoreAck.Id(ChainId, unsigned, words))) };
        })];
        return unsigned with { Acks = signed };
    }
}
