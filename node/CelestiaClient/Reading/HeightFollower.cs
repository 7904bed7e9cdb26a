using System.Runtime.CompilerServices;
using Dsdn.CelestiaClient.Headers;
using Dsdn.CelestiaClient.Transport;

namespace Dsdn.CelestiaClient.Reading;

/// <summary>Gives out heights one after another as they come to be, by polling; a subscription only makes it look sooner.</summary>
internal sealed class HeightFollower(HeadReader heads, BlockPace pace, WakeUps wakeUps, TimeProvider clock)
{
    private const int PollMsMin = 100, PollMsMax = 5_000, FailureDelayMs = 1_000, FailureDelayMsMax = 60_000;

    public async IAsyncEnumerable<ulong> FollowAsync(ulong after, [EnumeratorCancellation] CancellationToken cancel)
    {
        ulong last = after;
        var backoff = new Backoff(FailureDelayMs, FailureDelayMsMax);
        while (!cancel.IsCancellationRequested)
        {
            Task woken = wakeUps.NextAsync(); // before the head is read, so that nothing falls in between
            DaHead head = await heads.ReadAsync(cancel);
            while (head.Height > last) yield return ++last;
            int delay = backoff.NextMs();
            if (head.IsKnown)
            {
                backoff.Reset();
                delay = (int)Math.Clamp(pace.BlockMs / 2, PollMsMin, PollMsMax);
            }
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(woken, Task.Delay(TimeSpan.FromMilliseconds(delay), clock, waiting.Token));
            await waiting.CancelAsync();
        }
        cancel.ThrowIfCancellationRequested();
    }
}
