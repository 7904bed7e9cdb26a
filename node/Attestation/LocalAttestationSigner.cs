using System.Globalization;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Consensus.Signing;
using Dsdn.Node.Validation;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Attestation;

/// <summary>
/// The consensus key in this process with its record of attestations. One statement at a time, off the caller's thread; votes have
/// their own record and never wait for this one.
/// </summary>
/// <param name="store">Belongs to this from now on.</param>
public sealed class LocalAttestationSigner(ConsensusKey key, AttestationStore store, ulong chainId, TimeProvider clock, ILogger logger) : IAttestationSigner, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    public ReadOnlyMemory<byte> PublicKey => key.PublicKey;

    /// <summary>For people: how far it attested.</summary>
    public string Description => store.IsLost
        ? $"attests nothing ({AttestRefusal.RecordLost.Code()})"
        : string.Create(CultureInfo.InvariantCulture, $"attested up to batch {store.Highest}");

    public Task<AttestationResult> SignAsync(DaStatement statement, CancellationToken cancellation) =>
        SignAsync(statement.Seq, nowMs => store.Bind(chainId, statement, nowMs), () => statement.Message, cancellation);

    public Task<AttestationResult> SignAsync(LogAnchor anchor, CancellationToken cancellation) =>
        SignAsync(anchor.Seq, nowMs => store.Bind(chainId, anchor, nowMs), () => anchor.Message, cancellation);

    public void Dispose()
    {
        _turn.Wait();
        store.Dispose();
        _turn.Release(); // who still waits is told that there is no record
    }

    /// <param name="cancellation">Ends the waiting for a turn, not a write that has begun.</param>
    private async Task<AttestationResult> SignAsync(ulong seq, Func<ulong, AttestRefusal> bind, Func<byte[]> message, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => Sign(seq, bind, message), CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    private AttestationResult Sign(ulong seq, Func<ulong, AttestRefusal> bind, Func<byte[]> message)
    {
        AttestRefusal refusal = bind((ulong)clock.GetUtcNow().ToUnixTimeMilliseconds());
        if (refusal == AttestRefusal.None) return AttestationResult.Of(key.Sign(message()));
        string text = refusal.Text(seq, store.Floor);
        if (refusal == AttestRefusal.RecordFailed) AttestationEvents.RecordNotWritten(logger, store.Damage);
        AttestationEvents.Refused(logger, refusal.Code(), seq, text);
        return AttestationResult.Refused(refusal.Code(), text);
    }
}
