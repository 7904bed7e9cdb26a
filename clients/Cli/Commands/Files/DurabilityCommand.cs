using System.Globalization;
using System.Text.Json.Nodes;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Files;
using Dsdn.Services.Placements.Wire;
using Dsdn.Transfers.Catalogs;
using Dsdn.Transfers.Network;
using Dsdn.Transfers.Posting;

namespace Dsdn.Cli.Commands.Files;

/// <summary>
/// <c>dsdn status FILE</c>: how safe an upload is, by what the log shows: copies that answer, zones, how many may still be lost, and the oldest proof. The worst chunk speaks for a file.
/// </summary>
internal static class DurabilityCommand
{
    public static async Task<Report> RunAsync(Invocation run, StorageOptions options, string wanted, CancellationToken cancel)
    {
        using StorageNetwork network = await options.ConnectAsync(run, cancel);
        (WalletKeys keys, Address owner) = options.OpenKeys(run);
        using (keys)
        {
            (CatalogEntry upload, string path) = await new Catalog(network, keys, owner).FindAsync(wanted, cancel);
            ManifestEntry[] files = [.. (path.Length == 0 ? upload.Manifest.Entries : upload.At(path)).Where(static entry => entry.Content is not null)];
            Hash256[] ids = [.. CatalogEntry.ChunksOf(files)];
            IReadOnlyList<Chunk> found = await new LogWatch(network).ChunksAsync(ids, cancel);
            Dictionary<Hash256, Chunk> chunks = ids.Zip(found).ToDictionary(static pair => pair.First, static pair => pair.Second);
            Standing[] standings = [.. found.Select(static chunk => new Standing(chunk))];
            int lost = standings.Count(static one => one.IsLost), degraded = standings.Count(static one => one.IsDegraded && !one.IsLost);
            Report report = new Report { ExitCode = lost > 0 ? (int)Sdk.Errors.ErrorClass.Integrity : 0 }
                .Add("id", upload.ManifestId)
                .Add("state", lost > 0 ? "lost" : degraded > 0 ? "degraded" : "whole", run.Texts[lost > 0 ? "text.status.lost" : degraded > 0 ? "text.status.degraded" : "text.status.whole"])
                .Add("chunks", (ulong)ids.Length)
                .Add("degraded", (ulong)degraded)
                .Add("lost", (ulong)lost)
                .Add("margin", standings.Length == 0 ? 0UL : standings.Min(static one => one.Margin))
                .Add("zones", standings.Length == 0 ? 0UL : (ulong)standings.Min(static one => one.Zones));
            AddProof(report, run, standings);
            return report.AddTable("entries", ["path", "content", "copies", "zones", "margin", "lastProof"], files.Select(file => Row(run, file, [.. CatalogEntry.ChunksOf([file]).Select(id => new Standing(chunks[id]))])).ToArray());
        }
    }

    private static IReadOnlyList<Cell> Row(Invocation run, ManifestEntry file, IReadOnlyList<Standing> chunks)
    {
        long bytes = file.Content?.Layout.ContentBytes ?? 0;
        if (chunks.Count == 0) return [file.Path, new Cell(JsonValue.Create(bytes), ByteText.Show(bytes)), default, default, default, default];
        Standing worst = chunks.MinBy(static one => one.Margin) ?? chunks[0];
        ulong proof = chunks.Min(static one => one.ProvenMs);
        return
        [
            file.Path, new Cell(JsonValue.Create(bytes), ByteText.Show(bytes)),
            new Cell(JsonValue.Create(chunks.Min(static one => one.Copies)), $"{chunks.Min(static one => one.Copies).ToString(CultureInfo.InvariantCulture)} / {worst.Slots.ToString(CultureInfo.InvariantCulture)}"),
            (ulong)chunks.Min(static one => one.Zones), worst.Margin, proof == 0 ? new Cell(null, run.Texts["text.status.unproven"]) : TimeText.Cell(proof),
        ];
    }

    private static void AddProof(Report report, Invocation run, IReadOnlyList<Standing> chunks)
    {
        ulong oldest = chunks.Count == 0 ? 0 : chunks.Min(static one => one.ProvenMs);
        report.Add("lastProof", oldest == 0 ? null : JsonValue.Create(oldest), oldest == 0 ? run.Texts["text.status.unproven"] : TimeText.Show(oldest));
    }

    /// <summary>Of one chunk.</summary>
    private sealed class Standing
    {
        public Standing(Chunk chunk)
        {
            Replica[] live = [.. chunk.Replicas.Where(static replica => replica.IsHeld && replica.IsReachable).DistinctBy(static replica => replica.Slot)];
            var coding = (ChunkCoding)chunk.Coding;
            (Slots, Copies, Zones) = (coding.Slots(), live.Length, live.Select(static replica => replica.Zone).Distinct().Count());
            IsLost = chunk.State != 1 || live.Length < (coding == ChunkCoding.Replicas ? 1 : Dsdn.Chain.Erasure.ReedSolomon.DataShards);
            (Margin, IsDegraded) = (chunk.Margin, chunk.IsDegraded);
            // A chunk is as proven as the copies that it may have to be read from.
            ProvenMs = live.Length == 0 ? 0 : live.Min(static replica => replica.ProvenMs);
        }

        public int Slots { get; }

        public int Copies { get; }

        public int Zones { get; }

        public bool IsLost { get; }

        public ulong Margin { get; }

        public bool IsDegraded { get; }

        public ulong ProvenMs { get; }
    }
}
