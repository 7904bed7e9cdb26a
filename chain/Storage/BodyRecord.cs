using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Storage;

/// <summary>
/// A block's body on disk: rlp([version, [transaction...], senders, lastCommit, evidence, vrfProof]). Transactions are byte
/// strings of their canonical encoding; senders are 20 bytes each in one string, so that nobody recovers a signature twice;
/// lastCommit is the certificate's RLP as a byte string, empty where there is none.
/// </summary>
internal static class BodyRecord
{
    private const ulong Version = 1;

    public static byte[] Encode(Block block)
    {
        IReadOnlyList<Transaction> transactions = block.Transactions;
        byte[] senders = new byte[transactions.Count * Address.Size];
        var writer = new RlpWriter([]);
        int record = writer.BeginList();
        writer.Write(Version);
        int items = writer.BeginList();
        for (int i = 0; i < transactions.Count; i++)
        {
            writer.Write(transactions[i].Raw.Span);
            transactions[i].Sender.CopyTo(senders.AsSpan(i * Address.Size));
        }
        writer.EndList(items);
        writer.Write(senders);
        writer.Write(block.LastCommit is null ? [] : CertificateCodec.Encode(block.LastCommit));
        writer.Write(block.Evidence.Span);
        writer.Write(block.VrfProof.Span);
        writer.EndList(record);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    /// <exception cref="StoreCorruptException">not such a record</exception>
    public static StoredBody Decode(byte[] record, ulong ofHeight)
    {
        var input = new RlpReader(record, inputBytesMax: int.MaxValue);
        if (!input.TryReadList(out RlpReader fields) || !fields.TryReadUInt64(out ulong version) || version != Version) throw Corrupt(ofHeight);
        if (!fields.TryReadList(out RlpReader items) || !items.TryCount(out int count)) throw Corrupt(ofHeight);
        var places = new StoredTransactions.Place[count];
        for (int i = 0; i < count; i++)
        {
            if (!items.TryReadBytes(out ReadOnlySpan<byte> raw) || !record.AsSpan().Overlaps(raw, out int offset)) throw Corrupt(ofHeight);
            places[i] = new StoredTransactions.Place(offset, raw.Length);
        }
        if (!fields.TryReadFixed(count * Address.Size, out ReadOnlySpan<byte> senders)) throw Corrupt(ofHeight);
        if (!fields.TryReadBytes(out ReadOnlySpan<byte> commit) || !fields.TryReadBytes(out ReadOnlySpan<byte> evidence)) throw Corrupt(ofHeight);
        if (!fields.TryReadBytes(out ReadOnlySpan<byte> vrfProof) || !fields.TryEnd() || !input.TryEnd()) throw Corrupt(ofHeight);
        int sendersOffset = 0;
        if (count > 0) record.AsSpan().Overlaps(senders, out sendersOffset);
        Certificate? lastCommit = null;
        if (!commit.IsEmpty && !CertificateCodec.TryDecode(commit, out lastCommit)) throw Corrupt(ofHeight);
        return new StoredBody(
            new StoredTransactions(record, places, sendersOffset, ofHeight), lastCommit, evidence.ToArray(), vrfProof.ToArray());
    }

    private static StoreCorruptException Corrupt(ulong height) => new($"body of block {height}");
}

internal sealed record StoredBody(
    StoredTransactions Transactions, Certificate? LastCommit, ReadOnlyMemory<byte> Evidence, ReadOnlyMemory<byte> VrfProof);
