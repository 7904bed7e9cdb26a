using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Transfers.Catalogs;
using Dsdn.Transfers.Network;

namespace Dsdn.Transfers.Downloading;

/// <summary>
/// Success is said of what was read back only (storage 0.7): the manifest whole, and a range of some files at random places, as any reader would.
/// </summary>
internal sealed class ReadBack(StorageNetwork network, WalletKeys keys)
{
    private const int SamplesMax = 4;

    public async Task CheckAsync(Manifest expected, Hash256 agreement, Hash256 manifestId, ulong seq, CancellationToken cancel)
    {
        var reader = new ContentReader(new StoredChunks(network, seq));
        try
        {
            using FileKey key = keys.ManifestKey(manifestId);
            Manifest found = await new ManifestReader(network, reader.Fetcher).ReadAsync(agreement, manifestId, key, seq, cancel);
            if (found.Entries.Count != expected.Entries.Count) throw new DsdnException(FileFault.Manifest.Code(), ErrorClass.Integrity, manifestId.ToString());
            ManifestEntry[] files = [.. found.Entries.Where(static entry => entry.Content is { Layout.ContentBytes: > 0 })];
            Random.Shared.Shuffle(files);
            foreach (ManifestEntry entry in files.Take(SamplesMax))
            {
                long length = entry.Content?.Layout.ContentBytes ?? 0, offset = Random.Shared.NextInt64(length);
                await reader.RangeAsync(entry, offset, (int)Math.Min(FileLayout.SegmentBytes, length - offset), Stream.Null, cancel);
            }
        }
        catch (DsdnException failure) when (failure.Error.Code != TransferCodes.Coordinators)
        {
            throw new DsdnException(ClientError.Of(TransferCodes.ReadBack, ErrorClass.Integrity, manifestId.ToString(), string.Join(", ", [failure.Error.Code, .. failure.Error.Arguments])).With(failure.Error.Details), failure);
        }
    }
}
