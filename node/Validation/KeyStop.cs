using System.Text.Json;
using Dsdn.Consensus.Signing;

namespace Dsdn.Node.Validation;

/// <summary>
/// DATA/signer/key-in-use: this validator saw messages of its key that it did not make, and signs nothing until the operator says
/// that the other machine is off for good. Kept over restarts.
/// </summary>
public sealed class KeyStop(string path)
{
    private const int FileBytesMax = 4_096;

    /// <summary>Null: nothing was seen.</summary>
    /// <exception cref="KeyFileException">the file is there and cannot be read</exception>
    public KeyStopPlace? Read()
    {
        if (!File.Exists(path)) return null;
        try
        {
            if (new FileInfo(path).Length > FileBytesMax) throw new JsonException("too large");
            return JsonSerializer.Deserialize<KeyStopPlace>(File.ReadAllBytes(path)) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new KeyFileException($"{path}: {e.Message}");
        }
    }

    /// <summary>Returns only after it is on disk.</summary>
    public void Write(KeyStopPlace place)
    {
        string next = path + ".next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, place);
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }

    public void Clear() => File.Delete(path);
}

/// <summary>Where the foreign message is.</summary>
public sealed record KeyStopPlace(ulong Height, uint Round, string Step)
{
    public static KeyStopPlace Of(SeenSignature seen) => new(seen.Height, seen.Round, seen.Step.ToString().ToLowerInvariant());

    public override string ToString() => $"height {Height} round {Round} {Step}";
}
