using Dsdn.Chain.Blocks;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Primitives;
using Dsdn.Log.Attestation;
using Dsdn.Log.State;
using Dsdn.Node.LogService;
using Dsdn.Services.Batches;

namespace Dsdn.Coordinator;

/// <summary>
/// Takes the validators' signatures of batches and anchors, on whatever thread they come. For every batch, in every mode: so the way that an outage needs is used all the time
/// (dataplane 1.16).
/// </summary>
/// <param name="certified">A batch has its quorum; the certificate is to be kept before it is told to anybody.</param>
/// <param name="anchored">The chain can be told.</param>
internal sealed class AttestationDesk(LogStatements statements, ulong chainId, Action<DaCertificate> certified, Action<AttestedAnchor> anchored, TimeProvider clock)
{
    private readonly Lock _lock = new();
    /// <summary>A day of batches at the idle interval: the quorum may be gone for that long.</summary>
    private const int OpenMax = 65_536;

    private readonly CertificateCollector _certificates = new(chainId, OpenMax);
    private readonly AnchorCollector _anchors = new(chainId);
    private readonly SortedDictionary<ulong, ValidatorSet> _sets = [];

    /// <summary>Batches whose certificate is not complete, for operators.</summary>
    public int Open
    {
        get
        {
            lock (_lock) return _certificates.Progress().Count(static open => !open.IsComplete);
        }
    }

    /// <summary>Signatures of this batch are welcome from now on.</summary>
    /// <param name="encoded">The exact bytes of the envelope.</param>
    /// <param name="set">After the batch.</param>
    /// <param name="roots">Where the chain is told of this batch.</param>
    public DaStatement Expect(BatchHeader header, ReadOnlyMemory<byte> encoded, ValidatorSet set, LogRoots? roots)
    {
        Hash256 setHash = BlockHashes.Validators(set);
        DaStatement statement = statements.Of(header, encoded, setHash);
        lock (_lock)
        {
            _certificates.Follow(set);
            if (_certificates.TryOpen(statement, set, NowMs) == OpenOutcome.TooMany)
            {
                _certificates.Close(_sets.Keys.First());
                _certificates.TryOpen(statement, set, NowMs);
            }
            if (roots is { } after) _anchors.TryOpen(statements.AnchorOf(header, setHash, after), set, NowMs);
            _sets[header.Seq] = set;
            if (_sets.Count > OpenMax) _sets.Remove(_sets.Keys.First());
        }
        return statement;
    }

    /// <returns>One a batch: null where nothing is wrong with it, also where it came too late to be of use.</returns>
    public IReadOnlyList<string?> Take(ReadOnlyMemory<byte> publicKey, IReadOnlyList<BatchAttestation> attestations)
    {
        var refusals = new string?[attestations.Count];
        for (int i = 0; i < refusals.Length; i++) refusals[i] = Take(publicKey, attestations[i]);
        return refusals;
    }

    private string? Take(ReadOnlyMemory<byte> publicKey, BatchAttestation attestation)
    {
        DaCertificate? certificate;
        AttestedAnchor? anchor = null;
        lock (_lock)
        {
            if (!_sets.TryGetValue(attestation.Seq, out ValidatorSet? set)) return null;
            int index = IndexOf(set, publicKey.Span);
            if (index < 0) return "DSDN-E-ATTEST-UNKNOWN-VALIDATOR";
            CollectResult<DaCertificate> taken = _certificates.Add(attestation.Seq, index, attestation.Signature, NowMs);
            if (taken.IsSendersFault) return "DSDN-E-ATTEST-SIGNATURE";
            certificate = taken.Completed;
            if (!attestation.AnchorSignature.IsEmpty)
            {
                CollectResult<AttestedAnchor> told = _anchors.Add(attestation.Seq, index, attestation.AnchorSignature, NowMs);
                if (told.IsSendersFault) return "DSDN-E-ATTEST-ANCHOR-SIGNATURE";
                anchor = told.Completed;
            }
        }
        if (certificate is not null) certified(certificate);
        if (anchor is not null)
        {
            anchored(anchor);
            lock (_lock) _anchors.CloseUpTo(anchor.Anchor.Seq - 1);
        }
        return null;
    }

    private ulong NowMs => (ulong)clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static int IndexOf(ValidatorSet set, ReadOnlySpan<byte> key)
    {
        for (int i = 0; i < set.Validators.Count; i++)
            if (set.Validators[i].ConsensusKey.Span.SequenceEqual(key)) return i;
        return -1;
    }
}
