using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Wire;

namespace Dsdn.Log.Attestation;

/// <summary>The signatures of one statement by the validators of its epoch.</summary>
/// <param name="message">What each of them signs by Ed25519.</param>
internal sealed class StatementSignatures(byte[] message, ValidatorSet set, ulong epoch, ulong openedMs)
{
    private readonly ReadOnlyMemory<byte>[] _signatures = new ReadOnlyMemory<byte>[set.Validators.Count];
    private readonly UInt128 _totalPower = PowerOf(set);
    private UInt128 _signedPower;

    public ValidatorSet Set => set;

    public ulong Epoch => epoch;

    /// <summary>More than two thirds of the power signed.</summary>
    public bool IsComplete => ValidatorAttestation.IsQuorum(_signedPower, _totalPower);

    public CollectOutcome Add(int index, ReadOnlyMemory<byte> signature)
    {
        if (index < 0 || index >= _signatures.Length) return CollectOutcome.UnknownValidator;
        if (!_signatures[index].IsEmpty) return CollectOutcome.Duplicate;
        if (!IsSignedBy(index, signature)) return CollectOutcome.BadSignature;
        _signatures[index] = signature.ToArray();
        _signedPower += set.Validators[index].Power;
        return CollectOutcome.Counted;
    }

    public bool IsSignedBy(int index, ReadOnlyMemory<byte> signature) =>
        index >= 0 && index < _signatures.Length && signature.Length == Ed25519.SignatureSize
        && Ed25519.Verify(message, signature.Span, set.Validators[index].ConsensusKey.Span);

    /// <summary>Bitmap in the order of the set, and the signatures of its bits.</summary>
    public (ReadOnlyMemory<byte> Signers, IReadOnlyList<ReadOnlyMemory<byte>> Signatures) Certify()
    {
        List<int> signers = [];
        List<ReadOnlyMemory<byte>> signatures = [];
        for (int i = 0; i < _signatures.Length; i++)
        {
            if (_signatures[i].IsEmpty) continue;
            signers.Add(i);
            signatures.Add(_signatures[i]);
        }
        return (Bitmap.Of(_signatures.Length, signers), signatures);
    }

    public OpenStatement Describe(ulong seq)
    {
        List<int> missing = [];
        for (int i = 0; i < _signatures.Length; i++)
        {
            if (_signatures[i].IsEmpty) missing.Add(i);
        }
        return new OpenStatement(seq, epoch, _signedPower, _totalPower, IsComplete, missing, openedMs);
    }

    private static UInt128 PowerOf(ValidatorSet set)
    {
        UInt128 total = 0;
        foreach (Validator validator in set.Validators) total += validator.Power;
        return total;
    }
}
