using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Services.Placements;
using Dsdn.Services.Placements.Wire;
using Dsdn.Transfers.Downloading;
using Dsdn.Transfers.Network;
using Google.Protobuf;

namespace Dsdn.Transfers.Catalogs;

/// <summary>One upload, as its manifest says.</summary>
public sealed record CatalogEntry(Hash256 Agreement, Hash256 ManifestId, Manifest Manifest)
{
    /// <summary>First parts of the paths: what was named at the upload.</summary>
    public IReadOnlyList<string> Names => [.. Manifest.Entries.Select(static entry => entry.Path.Split('/')[0]).Distinct(StringComparer.Ordinal)];

    public long ContentBytes => Manifest.Entries.Sum(static entry => entry.Content?.Layout.ContentBytes ?? 0);

    public int Files => Manifest.Entries.Count(static entry => entry.Content is not null);

    /// <summary>The entries at a path and below it.</summary>
    public IReadOnlyList<ManifestEntry> At(string path) =>
        [.. Manifest.Entries.Where(entry => entry.Path == path || entry.Path.StartsWith(path + "/", StringComparison.Ordinal))];

    /// <summary>All chunks of the content, none twice.</summary>
    public IReadOnlyList<Hash256> Chunks => ChunksOf(Manifest.Entries);

    public static IReadOnlyList<Hash256> ChunksOf(IEnumerable<ManifestEntry> entries) =>
        [.. entries.Where(static entry => entry.Content is not null).SelectMany(static entry => ContentReader.ChunksOf(entry.Content!)).Select(static chunk => chunk.ChunkId).Distinct()];
}

/// <summary>An upload that the log names and nobody can read now.</summary>
public sealed record UnreadableEntry(Hash256 Agreement, Hash256 ManifestId, ClientError Error);

/// <summary>
/// What a wallet has uploaded, from the log alone: among the files of its agreements it knows its manifests by their names, and derives their keys. Nothing of it is kept on any machine.
/// </summary>
/// <param name="owner">Of the agreements.</param>
public sealed class Catalog(StorageNetwork network, WalletKeys keys, Address owner)
{
    /// <summary>All that can be read, by name, and what cannot.</summary>
    public async Task<(IReadOnlyList<CatalogEntry> Uploads, IReadOnlyList<UnreadableEntry> Unreadable)> ListAsync(CancellationToken cancel)
    {
        var reader = new ManifestReader(network, new StoredChunks(network));
        List<CatalogEntry> uploads = [];
        List<UnreadableEntry> unreadable = [];
        foreach (Agreement agreement in await AgreementsAsync(cancel))
        {
            Hash256 id = new(agreement.Id.Span);
            foreach (Hash256 file in await FilesAsync(id, cancel))
            {
                if (!keys.IsManifestId(file)) continue;
                using FileKey key = keys.ManifestKey(file);
                try
                {
                    uploads.Add(new CatalogEntry(id, file, await reader.ReadAsync(id, file, key, 0, cancel)));
                }
                catch (DsdnException failure) when (failure.Error.Code != TransferCodes.Coordinators)
                {
                    unreadable.Add(new UnreadableEntry(id, file, failure.Error));
                }
            }
        }
        return ([.. uploads.OrderBy(static upload => upload.Names.FirstOrDefault() ?? "", StringComparer.Ordinal).ThenBy(static upload => upload.ManifestId)], unreadable);
    }

    /// <summary>The upload that a user means: by its id, the start of its id (eight digits at least), or a path in it.</summary>
    /// <returns>And the path inside, empty for the whole.</returns>
    /// <exception cref="DsdnException">none, or several</exception>
    public async Task<(CatalogEntry Upload, string Path)> FindAsync(string text, CancellationToken cancel)
    {
        const int PrefixCharsMin = 2 + 8;
        (IReadOnlyList<CatalogEntry> uploads, IReadOnlyList<UnreadableEntry> unreadable) = await ListAsync(cancel);
        string path = text.Trim('/');
        CatalogEntry[] byId = text.Length >= PrefixCharsMin && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? [.. uploads.Where(upload => upload.ManifestId.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase))]
            : [];
        CatalogEntry[] byPath = [.. uploads.Where(upload => upload.At(path).Count > 0)];
        CatalogEntry[] found = byId.Length > 0 ? byId : byPath;
        if (found.Length == 1) return (found[0], byId.Length > 0 ? "" : path);
        if (found.Length > 1) throw new DsdnException(TransferCodes.Ambiguous, ErrorClass.Usage, text, string.Join(", ", found.Select(static upload => upload.ManifestId.ToString()[..PrefixCharsMin])));
        if (unreadable.Count > 0) throw new DsdnException(unreadable[0].Error);
        throw new DsdnException(TransferCodes.Unknown, ErrorClass.Usage, text);
    }

    public async Task<IReadOnlyList<Agreement>> AgreementsAsync(CancellationToken cancel)
    {
        AgreementsReply reply = await network.AskAsync((client, token) => client.AgreementsAsync(new AgreementsRequest { Owner = ByteString.CopyFrom(owner.Span) }, token), cancel);
        return [.. reply.Agreements.Where(static agreement => agreement.Id.Length == Hash256.Size)];
    }

    /// <summary>The names of all files of an agreement.</summary>
    public async Task<IReadOnlyList<Hash256>> FilesAsync(Hash256 agreement, CancellationToken cancel)
    {
        List<Hash256> files = [];
        var request = new FilesRequest { Agreement = ByteString.CopyFrom(agreement.Span), Max = PlacementMethods.FilesMax };
        while (true)
        {
            FilesReply reply = await network.AskAsync((client, token) => client.FilesAsync(request, token), cancel);
            Hash256[] page = [.. reply.Files.Where(static file => file.Id.Length == Hash256.Size).Select(static file => new Hash256(file.Id.Span))];
            files.AddRange(page);
            // A server that repeats itself would otherwise never end.
            if (page.Length == 0 || (files.Count > page.Length && page[^1].CompareTo(files[^(page.Length + 1)]) <= 0)) return [.. files.Distinct()];
            if (page.Length < PlacementMethods.FilesMax) return files;
            request.After = ByteString.CopyFrom(page[^1].Span);
        }
    }

    /// <summary>An agreement of the owner with room for so many bytes of chunks of a coding; null where there is none.</summary>
    /// <param name="leftMs">That it lasts at least.</param>
    public async Task<Agreement?> ChooseAsync(ChunkCoding coding, UInt128 bytes, ulong leftMs, CancellationToken cancel)
    {
        const uint Open = 1;
        foreach (Agreement agreement in await AgreementsAsync(cancel))
        {
            if (agreement.Status != Open || agreement.Coding != (uint)coding || agreement.ExpiresMs < network.NowMs + leftMs) continue;
            if (UInt128.TryParse(agreement.QuotaBytes, out UInt128 quota) && UInt128.TryParse(agreement.HeldBytes, out UInt128 held) && UInt128.TryParse(agreement.ReservedBytes, out UInt128 reserved)
                && quota >= held + reserved && quota - held - reserved >= bytes) return agreement;
        }
        return null;
    }
}
