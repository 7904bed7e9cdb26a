using Dsdn.Consensus.Gossip;

namespace Dsdn.Consensus.Peers;

/// <summary>
/// Who misbehaved how much. Offences add weight, time takes it away, and too much is a ban that doubles each time. Pure, and
/// bounded: of more peers than <see cref="PeersMax"/> the least guilty is forgotten.
/// </summary>
public sealed class PeerScore
{
    public const uint BanWeight = 100;
    public const ulong FirstBanMs = 10 * 60 * 1_000;
    public const ulong BanMsMax = 24 * 60 * 60 * 1_000;

    /// <summary>After so long without an offence a peer is as if new.</summary>
    public const ulong ForgivenAfterMs = 24 * 60 * 60 * 1_000;
    public const int PeersMax = 4_096;

    /// <summary>One unit of weight goes in so many milliseconds: a full measure in a minute.</summary>
    private const ulong DecayMs = 600;

    private readonly SortedDictionary<PeerId, Record> _records = [];

    public int Count => _records.Count;

    /// <summary>Until when the peer is banned because of this offence; null: not yet, or it is banned already.</summary>
    public ulong? Note(PeerId peer, Offence offence, ulong nowMs)
    {
        Record record = At(peer, nowMs);
        if (nowMs < record.BannedUntilMs) return null;
        record = record with { Weight = record.Weight + Weight(offence), NotedMs = nowMs };
        if (record.Weight >= BanWeight)
        {
            ulong banMs = FirstBanMs << (int)Math.Min(record.Bans, 10);
            record = record with { Weight = 0, Bans = record.Bans + 1, BannedUntilMs = nowMs + Math.Min(banMs, BanMsMax) };
        }
        if (!_records.ContainsKey(peer) && _records.Count >= PeersMax) ForgetOne(nowMs);
        _records[peer] = record;
        return record.BannedUntilMs > nowMs ? record.BannedUntilMs : null;
    }

    public bool IsBanned(PeerId peer, ulong nowMs) => _records.TryGetValue(peer, out Record? record) && nowMs < record.BannedUntilMs;

    /// <summary>0 to below <see cref="BanWeight"/>, for display.</summary>
    public uint WeightOf(PeerId peer, ulong nowMs) => At(peer, nowMs).Weight;

    /// <summary>What cannot happen to an honest peer bans at once; what a bad link or a crossing of messages may explain does not.</summary>
    public static uint Weight(Offence offence) => offence switch
    {
        Offence.Malformed or Offence.BadSignature or Offence.BadContent => BanWeight,
        Offence.LyingStatus => 50,
        Offence.Flooding => 25,
        Offence.Unresponsive => 20,
        _ => 10,
    };

    private Record At(PeerId peer, ulong nowMs)
    {
        if (!_records.TryGetValue(peer, out Record? record)) return new Record(0, nowMs, 0, 0);
        ulong quietSince = Math.Max(record.NotedMs, record.BannedUntilMs);
        if (nowMs >= quietSince + ForgivenAfterMs) return new Record(0, nowMs, 0, 0);
        ulong gone = nowMs <= record.NotedMs ? 0 : (nowMs - record.NotedMs) / DecayMs;
        return record with { Weight = record.Weight - (uint)Math.Min(gone, record.Weight) };
    }

    private void ForgetOne(ulong nowMs)
    {
        PeerId least = _records.MinBy(entry => (entry.Value.BannedUntilMs > nowMs ? entry.Value.BannedUntilMs : 0, entry.Value.Bans, entry.Value.Weight, entry.Value.NotedMs)).Key;
        _records.Remove(least);
    }

    private sealed record Record(uint Weight, ulong NotedMs, uint Bans, ulong BannedUntilMs);
}
