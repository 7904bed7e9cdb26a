namespace Dsdn.Consensus.Signing;

/// <summary>
/// From where on a validator signs that lost its record while others may hold votes of it: it listens how far the network is, and
/// adds a margin that no vote it forgot can reach (chain-decisions 1.11).
/// </summary>
/// <param name="marginHeights">Two epochs.</param>
public sealed class LostRecord(ulong marginHeights)
{
    /// <summary>How long peers are listened to before the highest of them is believed.</summary>
    public const ulong ListeningMs = 20_000;

    private ulong _best;
    private ulong? _untilMs;

    /// <summary>A peer says it decided this height.</summary>
    public void Heard(ulong decidedHeight, ulong nowMs)
    {
        _best = Math.Max(_best, decidedHeight);
        _untilMs ??= nowMs + ListeningMs;
    }

    /// <summary>The height above which it signs; null: nobody was listened to for long enough.</summary>
    /// <param name="height">That it is asked to sign at.</param>
    public ulong? Floor(ulong height, ulong nowMs) => _untilMs is { } until && nowMs >= until ? Math.Max(_best, height) + marginHeights : null;
}
