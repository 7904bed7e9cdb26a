using System.Globalization;

namespace Dsdn.Storage.Layout;

/// <summary>The folders of a store and the names in them. Where a file lies is its state, so a rename changes it at once or not at all.</summary>
internal static class ChunkFolder
{
    /// <summary>Being received; named by key.</summary>
    public const string Incoming = "incoming";

    /// <summary>Whole, not declared; key.expiry.</summary>
    public const string Staged = "staged";

    /// <summary>Whole and declared; key.</summary>
    public const string Chunks = "chunks";

    /// <summary>Deleted, bytes still there; key.time of erasure.</summary>
    public const string Deleted = "deleted";

    /// <summary>Not what was stored; key.time it was found.</summary>
    public const string Quarantine = "quarantine";

    public static readonly IReadOnlyList<string> All = [Incoming, Staged, Chunks, Deleted, Quarantine];

    public static string Timed(in ChunkKey key, long ms) => string.Create(CultureInfo.InvariantCulture, $"{key}.{ms}");

    public static bool TryParseTimed(string name, out ChunkKey key, out long ms)
    {
        ms = 0;
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        key = default;
        return dot > 0 && ChunkKey.TryParse(name[..dot], out key) && long.TryParse(name.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ms);
    }
}
