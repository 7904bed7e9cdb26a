using Dsdn.Chain.Primitives;
using Dsdn.DaServer.Accounts;

namespace Dsdn.DaServer.Storage;

/// <param name="Bytes">A BlobTx.</param>
/// <param name="Gas">Wanted, and used: the gas of blobs is a formula.</param>
internal sealed record RecordedTransaction(byte[] Bytes, ulong Gas);

/// <summary>What is kept of a block: all from which its square, its header and its commit follow.</summary>
/// <param name="LastHash">Of the header below; zero in the first block.</param>
/// <param name="Signature">The validator's over its precommit.</param>
/// <param name="Accounts">After the block.</param>
internal sealed record BlockRecord(
    ulong Height,
    ulong TimeMs,
    ulong AppVersion,
    Hash256 Hash,
    Hash256 LastHash,
    uint LastPartsTotal,
    Hash256 LastPartsHash,
    Hash256 LastCommitHash,
    Hash256 DataHash,
    Hash256 AppHash,
    Hash256 LastResultsHash,
    uint PartsTotal,
    Hash256 PartsHash,
    byte[] Signature,
    IReadOnlyList<RecordedTransaction> Transactions,
    IReadOnlyList<AccountState> Accounts)
{
    private const byte FormatVersion = 1;
    private const int TransactionsMax = 100_000, AccountsMax = 1_000;

    public byte[] Encode()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write(FormatVersion);
        writer.Write(Height);
        writer.Write(TimeMs);
        writer.Write(AppVersion);
        foreach (Hash256 hash in (Hash256[])[Hash, LastHash, LastPartsHash, LastCommitHash, DataHash, AppHash, LastResultsHash, PartsHash]) writer.Write(hash.Span);
        writer.Write(LastPartsTotal);
        writer.Write(PartsTotal);
        writer.Write(Signature);
        writer.Write(Accounts.Count);
        foreach (AccountState account in Accounts)
        {
            writer.Write(account.Sequence);
            writer.Write((ulong)(account.BalanceUtia >> 64));
            writer.Write(unchecked((ulong)account.BalanceUtia));
        }
        writer.Write(Transactions.Count);
        foreach (RecordedTransaction transaction in Transactions)
        {
            writer.Write(transaction.Gas);
            writer.Write(transaction.Bytes.Length);
            writer.Write(transaction.Bytes);
        }
        writer.Flush();
        return stream.ToArray();
    }

    /// <returns>Null where the bytes are no record.</returns>
    public static BlockRecord? TryDecode(byte[] bytes)
    {
        try
        {
            using BinaryReader reader = new(new MemoryStream(bytes, writable: false));
            return reader.ReadByte() == FormatVersion ? Read(reader, bytes.Length) : null;
        }
        catch (Exception malformed) when (malformed is EndOfStreamException or ArgumentException)
        {
            return null;
        }
    }

    private static BlockRecord? Read(BinaryReader reader, int length)
    {
        const int SignatureBytes = 64, HashCount = 8;
        ulong height = reader.ReadUInt64(), timeMs = reader.ReadUInt64(), appVersion = reader.ReadUInt64();
        Hash256[] hashes = new Hash256[HashCount];
        for (int i = 0; i < HashCount; i++) hashes[i] = new Hash256(reader.ReadBytes(Hash256.Size));
        uint lastParts = reader.ReadUInt32(), parts = reader.ReadUInt32();
        byte[] signature = reader.ReadBytes(SignatureBytes);
        int accountCount = reader.ReadInt32();
        if (accountCount is < 0 or > AccountsMax) return null;
        List<AccountState> accounts = [];
        for (int i = 0; i < accountCount; i++)
        {
            ulong sequence = reader.ReadUInt64(), high = reader.ReadUInt64(), low = reader.ReadUInt64();
            accounts.Add(new AccountState(sequence, new UInt128(high, low)));
        }
        int count = reader.ReadInt32();
        if (count is < 0 or > TransactionsMax) return null;
        List<RecordedTransaction> transactions = [];
        for (int i = 0; i < count; i++)
        {
            ulong gas = reader.ReadUInt64();
            int size = reader.ReadInt32();
            if (size < 0 || size > length - reader.BaseStream.Position) return null;
            transactions.Add(new RecordedTransaction(reader.ReadBytes(size), gas));
        }
        if (signature.Length != SignatureBytes || reader.BaseStream.Position != length) return null;
        return new BlockRecord(height, timeMs, appVersion, hashes[0], hashes[1], lastParts, hashes[2], hashes[3], hashes[4], hashes[5], hashes[6], parts, hashes[7], signature, transactions, accounts);
    }
}
