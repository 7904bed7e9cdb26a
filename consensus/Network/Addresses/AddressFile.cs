using System.Buffers;
using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Peers;

namespace Dsdn.Consensus.Network.Addresses;

/// <summary>Addresses and bans in a JSON file, replaced as a whole. A file that cannot be read is put aside: the node starts without it.</summary>
internal sealed class AddressFile(string path, AddressBook book, BanList bans)
{
    private const int FileBytesMax = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private byte[] _saved = [];

    /// <returns>Why the file was put aside; null where it was read or does not exist.</returns>
    public string? Load(ulong nowMs)
    {
        if (!File.Exists(path)) return null;
        try
        {
            if (new FileInfo(path).Length > FileBytesMax) throw new FormatException("too large");
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (JsonElement entry in document.RootElement.GetProperty("addresses").EnumerateArray())
            {
                PeerAddress address = new(Id(entry), entry.GetProperty("host").GetString() ?? "", entry.GetProperty("port").GetUInt16());
                book.Load(new KnownAddress(address, entry.GetProperty("seenMs").GetUInt64(), entry.GetProperty("failures").GetInt32()));
            }
            foreach (JsonElement entry in document.RootElement.GetProperty("bans").EnumerateArray())
            {
                PeerBan ban = new(Id(entry), entry.GetProperty("untilMs").GetUInt64(), entry.GetProperty("reason").GetString() ?? "");
                if (ban.UntilMs > nowMs) bans.Add(ban);
            }
            return null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            File.Move(path, path + ".bad", overwrite: true);
            return e.Message;
        }
    }

    /// <exception cref="IOException">the disk</exception>
    public void Save(ulong nowMs)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("addresses");
            foreach (KnownAddress known in book.All())
            {
                json.WriteStartObject();
                json.WriteString("id", known.Address.Id.ToString());
                json.WriteString("host", known.Address.Host);
                json.WriteNumber("port", known.Address.Port);
                json.WriteNumber("seenMs", known.SeenMs);
                json.WriteNumber("failures", known.Failures);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("bans");
            foreach (PeerBan ban in bans.All(nowMs))
            {
                json.WriteStartObject();
                json.WriteString("id", ban.Peer.ToString());
                json.WriteNumber("untilMs", ban.UntilMs);
                json.WriteString("reason", ban.Reason);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        lock (_lock)
        {
            if (output.WrittenSpan.SequenceEqual(_saved)) return;
            string next = path + ".next";
            using (FileStream file = new(next, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(output.WrittenSpan);
                file.Flush(flushToDisk: true);
            }
            File.Move(next, path, overwrite: true);
            _saved = output.WrittenSpan.ToArray();
        }
    }

    private static PeerId Id(JsonElement entry) => new(Hash256.Parse(entry.GetProperty("id").GetString() ?? ""));
}
