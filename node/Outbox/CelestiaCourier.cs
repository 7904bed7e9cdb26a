using Dsdn.Celestia.Shares;
using Dsdn.CelestiaClient;
using Dsdn.Log.Routing;
using Client = Dsdn.CelestiaClient;

namespace Dsdn.Node.Outbox;

/// <summary>Carries out what the router asks of Celestia. Every answer is an input with the time 0, which the caller sets when it feeds it.</summary>
/// <param name="read">The exact bytes of an archived batch.</param>
public sealed class CelestiaCourier(CelestiaNode celestia, Func<ulong, ReadOnlyMemory<byte>> read, RouterOptions options)
{
    /// <exception cref="OperationCanceledException">the caller's own cancellation</exception>
    public async Task<RouterInput> ProbeAsync(CancellationToken cancel)
    {
        long started = Environment.TickCount64;
        using var deadline = Deadline(options.ProbeTimeoutMs, cancel);
        try
        {
            DaHealth health = await celestia.ProbeAsync(deadline.Token);
            ulong latencyMs = (ulong)(Environment.TickCount64 - started);
            if (!health.CanRead) return new RouterInput.ProbeDone(new ProbeResult.Failed(latencyMs, health.Failures.Select(static failure => failure.Code).FirstOrDefault() ?? DaCodes.Unreachable), 0);
            ulong now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            return new RouterInput.ProbeDone(new ProbeResult.Answered(latencyMs, health.HeadHeight, now - Math.Min(now, health.HeadAgeMs), Balance(health.Balance)), 0);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new RouterInput.ProbeDone(new ProbeResult.Failed(options.ProbeTimeoutMs, DaCodes.Timeout), 0);
        }
    }

    /// <exception cref="OperationCanceledException">the caller's own cancellation; the outcome is unknown then</exception>
    public async Task<RouterInput> SubmitAsync(RouterEffect.Submit submit, CancellationToken cancel)
    {
        List<Blob> blobs = [];
        foreach (ulong seq in submit.Seqs)
        {
            if (Blob.TryCreate(celestia.Options.Namespace, read(seq), out Blob? blob) is { IsValid: true } && blob is not null) blobs.Add(blob);
            else return Done(new Log.Routing.SubmitOutcome.Refused(Log.Routing.SubmitRefusal.Invalid));
        }
        using var deadline = Deadline(submit.TimeoutMs, cancel);
        try
        {
            return Done(Outcome(await celestia.SubmitAsync(blobs, deadline.Token)));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Done(new Log.Routing.SubmitOutcome.Unknown(0));
        }

        RouterInput.SubmitDone Done(Log.Routing.SubmitOutcome outcome) => new(submit.Id, outcome, 0);
    }

    /// <exception cref="OperationCanceledException">the caller's own cancellation</exception>
    public async Task<RouterInput> LookUpAsync(RouterEffect.LookUp lookUp, CancellationToken cancel)
    {
        using var deadline = Deadline(options.LookUpTimeoutMs, cancel);
        try
        {
            FindOutcome outcome = await celestia.FindAsync(
                celestia.Options.Namespace, [.. lookUp.Blobs.Select(static blob => blob.Commitment)], lookUp.FromHeight, lookUp.ToHeight, deadline.Token);
            List<FoundBlob> found = [];
            List<ulong> absent = [];
            foreach (SoughtBlob blob in lookUp.Blobs)
            {
                if (outcome.Found.TryGetValue(blob.Commitment, out ulong height)) found.Add(new FoundBlob(blob.Seq, height));
                else if (outcome.ProvenAbsent.Contains(blob.Commitment)) absent.Add(blob.Seq);
            }
            return new RouterInput.LookupDone(lookUp.Id, found, absent, 0);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new RouterInput.LookupDone(lookUp.Id, [], [], 0);
        }
    }

    /// <summary>What the client's outcome means to the router.</summary>
    public static Log.Routing.SubmitOutcome Outcome(Client.SubmitOutcome outcome) => outcome switch
    {
        Client.SubmitOutcome.Included included => new Log.Routing.SubmitOutcome.Included(included.Height),
        Client.SubmitOutcome.Refused refused => new Log.Routing.SubmitOutcome.Refused(refused.Reason switch
        {
            Client.SubmitRefusal.TooBig => Log.Routing.SubmitRefusal.TooBig,
            Client.SubmitRefusal.BadBlobs => Log.Routing.SubmitRefusal.Invalid,
            Client.SubmitRefusal.OutOfFunds => Log.Routing.SubmitRefusal.OutOfFunds,
            Client.SubmitRefusal.SequenceMismatch => Log.Routing.SubmitRefusal.Sequence,
            Client.SubmitRefusal.MempoolFull => Log.Routing.SubmitRefusal.MempoolFull,
            Client.SubmitRefusal.Unavailable => Log.Routing.SubmitRefusal.NotSent,
            _ => refused.NeedsOperator ? Log.Routing.SubmitRefusal.NoAccess : Log.Routing.SubmitRefusal.Other,
        }),
        Client.SubmitOutcome.Unknown unknown => new Log.Routing.SubmitOutcome.Unknown(unknown.SearchFromHeight),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    private Log.Routing.DaBalance Balance(Client.DaBalance balance)
    {
        if (!balance.IsKnown) return Log.Routing.DaBalance.Unknown;
        if (balance.Utia == 0) return Log.Routing.DaBalance.Empty;
        return balance.Utia < celestia.Options.LowBalanceUtia ? Log.Routing.DaBalance.Low : Log.Routing.DaBalance.Enough;
    }

    private static CancellationTokenSource Deadline(ulong ms, CancellationToken cancel)
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(TimeSpan.FromMilliseconds(ms));
        return deadline;
    }
}
