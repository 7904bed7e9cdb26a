using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Simulator.Faults;

namespace Dsdn.Simulator.Machines;

/// <summary>Signs a message of a validator or refuses.</summary>
internal interface ISimulatedSigner
{
    /// <summary>Null: refused.</summary>
    byte[]? Sign(SignRequest request);

    /// <summary>A peer said that it decided this height.</summary>
    void Heard(ulong decidedHeight, ulong nowMs);
}

/// <summary>
/// The rules of the file signer of node/Validation over a record that crashes can spoil: never something else at the same
/// place, nothing before the last one, no prevote against its last precommit without a later proof of lock; the same again gets
/// the same signature. One whose record was lost listens, then signs
/// only above what it may have signed.
/// </summary>
/// <param name="crash">Called before, inside and after the write of the record; throws where the process dies.</param>
internal sealed class SimulatedSigner(SignRecord record, byte[] seed, ulong marginHeights, Func<ulong> nowMs, FaultCounters faults, bool keepsLock, Action<Fault> crash) : ISimulatedSigner
{
    /// <summary>How long peers are listened to before the highest of them is believed.</summary>
    public const ulong ListeningMs = 20_000;

    private ulong _best;
    private ulong? _untilMs;

    public byte[]? Sign(SignRequest request)
    {
        if (record.IsLost && !TryRaise(request.Height)) return Refuse(Fault.RebuiltSignerRefused);
        Hash256 message = Keccak.Hash(request.Message);
        int order = record.Last.CompareTo(request.Height, request.Round, request.Step);
        if (order > 0) return Refuse(Fault.SignerRefused);
        if (order == 0) return record.Last.Message == message ? record.Last.Signature : Refuse(Fault.SignerRefused);
        if (keepsLock && record.Last.Lock.Forbids(request)) return Refuse(Fault.SignerKeptLock);
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(request.Message, seed, signature);
        crash(Fault.CrashBeforeSigned);
        crash(Fault.CrashInsideSigned); // the newer slot is spoilt: the older one counts
        SignedLock locked = request.Step == SignStep.Precommit && !request.Value.IsZero ? new SignedLock(request.Height, request.Round, request.Value) : record.Last.Lock;
        record.Store(new LastSign(request.Height, request.Round, request.Step, message, signature, locked));
        crash(Fault.CrashAfterSigned);
        return signature;
    }

    public void Heard(ulong decidedHeight, ulong atMs)
    {
        if (!record.IsLost) return;
        _best = Math.Max(_best, decidedHeight);
        _untilMs ??= atMs + ListeningMs;
    }

    private bool TryRaise(ulong height)
    {
        if (_untilMs is not { } until || nowMs() < until) return false;
        record.Store(new LastSign(Math.Max(_best, height) + marginHeights, uint.MaxValue, SignStep.Precommit, Hash256.Zero, [], default));
        record.IsLost = false;
        return true;
    }

    private byte[]? Refuse(Fault fault)
    {
        faults.Count(fault);
        return null;
    }
}
