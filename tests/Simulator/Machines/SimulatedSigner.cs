using Dsdn.Chain.Crypto;
using Dsdn.Consensus.Signing;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Faults;

namespace Dsdn.Simulator.Machines;

/// <summary>Signs a message of a validator or refuses.</summary>
internal interface ISimulatedSigner
{
    /// <summary>Null: refused.</summary>
    byte[]? Sign(SignRequest request);

    /// <summary>A peer said that it decided this height.</summary>
    void Heard(ulong decidedHeight, ulong nowMs);

    /// <summary>The network has this under the validator's key.</summary>
    void Seen(SeenSignature seen);
}

/// <summary>
/// The rules of every signer (<see cref="SigningRules"/>, <see cref="LostRecord"/>) over a record that crashes can spoil.
/// </summary>
/// <param name="keepsLock">False: the mutation that signs against its own lock.</param>
/// <param name="hasTwin">Another machine has the key: only then may the network have what the record did not make.</param>
/// <param name="crash">Called before, inside and after the write of the record; throws where the process dies.</param>
internal sealed class SimulatedSigner(SignRecord record, byte[] seed, ulong marginHeights, Func<ulong> nowMs, FaultCounters faults, bool keepsLock, bool hasTwin, Action<Fault> crash) : ISimulatedSigner
{
    private readonly LostRecord _lost = new(marginHeights);

    public byte[]? Sign(SignRequest request)
    {
        if (record.IsStopped) return null;
        if (record.IsLost && !TryRaise(request.Height)) return Refuse(Fault.RebuiltSignerRefused);
        SignAnswer answer = SigningRules.Ask(record.Last, request.Height, request.Round, request.Step, request.Message);
        if (answer.Signature is { } stored) return stored.ToArray();
        if (answer.Refusal is SignRefusal.Earlier or SignRefusal.Another) return Refuse(Fault.SignerRefused);
        if (answer.Refusal == SignRefusal.Lock && keepsLock) return Refuse(Fault.SignerKeptLock);
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(request.Message, seed, signature);
        crash(Fault.CrashBeforeSigned);
        crash(Fault.CrashInsideSigned); // the newer slot is spoilt: the older one counts
        record.Store(SigningRules.After(record.Last, request.Height, request.Round, request.Step, request.Message, signature));
        crash(Fault.CrashAfterSigned);
        return signature;
    }

    public void Heard(ulong decidedHeight, ulong atMs)
    {
        if (record.IsLost) _lost.Heard(decidedHeight, atMs);
    }

    public void Seen(SeenSignature seen)
    {
        if (record.IsLost || record.IsStopped || !seen.IsForeignTo(record.Last)) return;
        if (!hasTwin) throw new BrokenInvariant($"{seen.Step} at height {seen.Height} round {seen.Round} was taken for another machine's; the record is at {record.Last.Height} / {record.Last.Round} {record.Last.Step}");
        record.IsStopped = true;
        faults.Count(Fault.KeyInUse);
    }

    private bool TryRaise(ulong height)
    {
        if (_lost.Floor(height, nowMs()) is not { } floor) return false;
        record.Store(LastSign.Above(floor));
        record.IsLost = false;
        return true;
    }

    private byte[]? Refuse(Fault fault)
    {
        faults.Count(fault);
        return null;
    }
}
