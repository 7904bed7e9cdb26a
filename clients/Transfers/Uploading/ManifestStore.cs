using System.Buffers.Binary;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Transfers.Journals;
using Dsdn.Transfers.Storing;

namespace Dsdn.Transfers.Uploading;

/// <summary>
/// Encrypts a manifest under the key of its name and stores it as a file of the log. What was encrypted once is kept on disk until it is stored, so that the name never serves a second content.
/// </summary>
internal sealed class ManifestStore(PipelineParts parts, WalletKeys keys)
{
    /// <param name="keptAt">Where the encrypted manifest is kept; null: nowhere, the caller takes a new name for another attempt.</param>
    /// <returns>A batch from which on the log has it.</returns>
    public async Task<ulong> StoreAsync(Manifest manifest, JournalHead head, string? keptAt, CancellationToken cancel)
    {
        IReadOnlyList<byte[]> chunks = keptAt is not null && File.Exists(keptAt) ? Read(keptAt) : Seal(manifest, head.ManifestId);
        if (keptAt is not null && !File.Exists(keptAt)) Keep(chunks, keptAt);
        await using var pipeline = new ChunkPipeline(parts, head.Agreement, head.ManifestId, cancel);
        await Uploader.FeedAsync(pipeline, async () =>
        {
            int number = 0;
            foreach (byte[] chunk in chunks)
            {
                ChunkBuffer buffer = await parts.Buffers.RentAsync(pipeline.Token);
                chunk.CopyTo(buffer.Room);
                ChunkIdentity identity = ChunkHasher.Of(chunk);
                pipeline.Add(new OutgoingChunk(identity.Digest, (uint)chunk.Length, head.Coding, buffer.Code(head.Coding, identity), buffer, ++number));
            }
        }, cancel);
        return await pipeline.CompleteAsync();
    }

    private List<byte[]> Seal(Manifest manifest, Hash256 id)
    {
        FileFault fault = ManifestCodec.TryEncode(manifest, out byte[] plain);
        if (fault != FileFault.None) throw new DsdnException(fault.Code(), ErrorClass.Usage, "manifest");
        using FileKey key = keys.ManifestKey(id);
        using var source = new MemoryStream(plain);
        using var encryptor = new FileEncryptor(source, key, id);
        byte[] room = new byte[FileLayout.SealedChunkBytesMax(FileLayout.DefaultChunkContentBytes)];
        List<byte[]> chunks = [];
        while (!encryptor.IsEnded)
        {
            fault = encryptor.Next(room, out SealedChunk made);
            if (fault != FileFault.None) throw new DsdnException(fault.Code(), ErrorClass.Usage, "manifest");
            chunks.Add(room[..checked((int)made.Identity.LengthBytes)]);
        }
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(plain);
        return chunks;
    }

    /// <summary>u32 length | bytes, one after another; whole or not there.</summary>
    private static void Keep(IReadOnlyList<byte[]> chunks, string path)
    {
        string temporary = path + ".tmp";
        using (FileStream file = File.Create(temporary))
        {
            byte[] length = new byte[4];
            foreach (byte[] chunk in chunks)
            {
                BinaryPrimitives.WriteUInt32BigEndian(length, (uint)chunk.Length);
                file.Write(length);
                file.Write(chunk);
            }
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    private static List<byte[]> Read(string path)
    {
        List<byte[]> chunks = [];
        using FileStream file = File.OpenRead(path);
        byte[] length = new byte[4];
        while (file.ReadAtLeast(length, 4, throwOnEndOfStream: false) == 4)
        {
            uint bytes = BinaryPrimitives.ReadUInt32BigEndian(length);
            if (bytes > FileLayout.SealedChunkBytesMax(FileLayout.DefaultChunkContentBytes)) throw new DsdnException(TransferCodes.Journal, ErrorClass.Integrity, path);
            byte[] chunk = new byte[bytes];
            file.ReadExactly(chunk);
            chunks.Add(chunk);
        }
        return chunks;
    }
}
