using System.Collections.Concurrent;
using Dsdn.Chain.Blocks;
using Dsdn.Consensus.Replica;
using Dsdn.Consensus.Signing;
using Dsdn.Consensus.Tendermint;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Validation;

/// <summary>
/// Answers what the core wants signed. A key in this process signs at once, on the loop's thread. Where signing has to wait (for a
/// signer in another process, or while a validator that just started listens for its own key) a thread of its own does it, in the
/// order of the wishes, and asks a signer that is away again until the height is decided: a round in which too few voted ends
/// only with a vote that comes late, so giving up sooner could stop the chain for good.
/// </summary>
/// <param name="signer">Null: this node follows only.</param>
/// <param name="listenMs">How long after the first wish nothing is signed.</param>
/// <param name="post">Takes an answer that comes later.</param>
/// <param name="fail">Told of an error of the disk on the other thread, which ends here.</param>
internal sealed class SigningDesk(
    IVoteSigner? signer, IMessageScheme scheme, TimeProvider clock, ulong listenMs, Action<ReplicaInput> post, Action<Exception> fail, ILogger logger) : IDisposable
{
    private const int AwayPauseMs = 50;

    private readonly BlockingCollection<Wish> _wishes = [];
    private readonly CancellationTokenSource _stop = new();
    private Thread? _thread;
    private int _waiting;
    private long? _firstAt;
    private ulong _decided;

    /// <summary>The answer where there is one at once.</summary>
    public ReplicaInput? Sign(ReplicaEffect.SignProposal sign)
    {
        Proposal unsigned = sign.Unsigned;
        return Ask(new Wish(unsigned.Height, unsigned.Round, SignStep.Proposal, scheme.SignBytes(unsigned), signature => new ReplicaInput.ProposalSigned(unsigned, signature, NowMs())));
    }

    /// <inheritdoc cref="Sign(ReplicaEffect.SignProposal)"/>
    public ReplicaInput? Sign(ReplicaEffect.SignVote sign)
    {
        Vote unsigned = sign.Unsigned;
        SignStep step = unsigned.Kind == VoteKind.Prevote ? SignStep.Prevote : SignStep.Precommit;
        return Ask(new Wish(unsigned.Height, unsigned.Round, step, scheme.SignBytes(unsigned), signature => new ReplicaInput.VoteSigned(unsigned, signature, NowMs())));
    }

    /// <summary>Signatures for this height and below are not wanted any more.</summary>
    public void Decided(ulong height) => Volatile.Write(ref _decided, height);

    /// <summary>Judged where the record can be asked, and before anything that is wanted later is signed.</summary>
    public void Seen(SeenSignature seen)
    {
        if (signer is not WatchedSigner watched) return;
        if (signer.AnswersAtOnce) watched.Seen(seen);
        else Queue(new Wish(seen.Height, seen.Round, seen.Step, [], null) { Seen = seen });
    }

    public void Stop()
    {
        _stop.Cancel();
        _thread?.Join();
    }

    public void Dispose()
    {
        Stop();
        _wishes.Dispose();
        _stop.Dispose();
    }

    private ulong NowMs() => (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();

    private ReplicaInput? Ask(Wish wish)
    {
        if (signer is null) return wish.Answer?.Invoke(null);
        _firstAt ??= clock.GetTimestamp();
        if (!signer.AnswersAtOnce || Volatile.Read(ref _waiting) > 0 || ListenMsLeft > 0)
        {
            Queue(wish);
            return null;
        }
        return wish.Answer?.Invoke(TrySign(signer, wish));
    }

    private double ListenMsLeft => _firstAt is { } at ? listenMs - clock.GetElapsedTime(at).TotalMilliseconds : listenMs;

    private void Queue(Wish wish)
    {
        Interlocked.Increment(ref _waiting);
        _wishes.Add(wish);
        if (_thread is not null) return;
        _thread = new Thread(Run) { Name = "signing", IsBackground = true };
        _thread.Start();
    }

    private void Run()
    {
        try
        {
            foreach (Wish wish in _wishes.GetConsumingEnumerable(_stop.Token))
            {
                Carry(wish);
                Interlocked.Decrement(ref _waiting);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped; who wanted a signature stops as well.
        }
        catch (Exception e)
        {
            fail(e);
        }
    }

    private void Carry(Wish wish)
    {
        if (signer is null) return;
        for (double left = ListenMsLeft; left > 0 && wish.Seen is null; left = ListenMsLeft) Pause((int)Math.Ceiling(left));
        bool wasAway = false;
        while (true)
        {
            try
            {
                if (wish.Seen is { } seen) (signer as WatchedSigner)?.Seen(seen);
                else if (wish.Height > Volatile.Read(ref _decided)) post(wish.Answer?.Invoke(TrySign(signer, wish)) ?? throw new InvalidOperationException("a wish without an answer"));
                return;
            }
            catch (SignerAwayException e)
            {
                if (!wasAway) ConsensusMetrics.NotSigned(e.Code);
                wasAway = true;
                if (wish.Height <= Volatile.Read(ref _decided))
                {
                    ReplicaLog.NotSigned(logger, wish.Height, wish.Round, wish.Step.ToString(), $"decided without: {e.Message}");
                    return;
                }
            }
            Pause(AwayPauseMs);
        }
    }

    /// <summary>Null: refused.</summary>
    private ReadOnlyMemory<byte>? TrySign(IVoteSigner by, Wish wish)
    {
        try
        {
            return by.Sign(wish.Height, wish.Round, wish.Step, wish.SignBytes);
        }
        catch (NotSignedException e) when (e is not SignerAwayException)
        {
            ConsensusMetrics.NotSigned(e.Code);
            ReplicaLog.NotSigned(logger, wish.Height, wish.Round, wish.Step.ToString(), e.Message);
            return null;
        }
    }

    private void Pause(int ms)
    {
        if (_stop.Token.WaitHandle.WaitOne(ms)) throw new OperationCanceledException(_stop.Token);
    }

    /// <param name="Answer">Null where nothing is to be signed.</param>
    private sealed record Wish(ulong Height, uint Round, SignStep Step, byte[] SignBytes, Func<ReadOnlyMemory<byte>?, ReplicaInput>? Answer)
    {
        public SeenSignature? Seen { get; init; }
    }
}
