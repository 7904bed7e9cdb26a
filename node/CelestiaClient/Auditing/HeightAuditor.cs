using Dsdn.Celestia;
using Dsdn.Celestia.Commitments;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Rpc;
using Dsdn.CelestiaClient.Transport;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Auditing;

/// <summary>
/// Asks each endpoint for a namespace in every way that there is (shares with proofs of completeness, list of blobs, proof of each commitment) and names what does
/// not agree with the verified header.
/// </summary>
public static class HeightAuditor
{
    /// <returns>One for each endpoint, in the order of the options.</returns>
    public static async Task<IReadOnlyList<HeightAudit>> RunAsync(CelestiaNode node, ulong height, Namespace name, CancellationToken cancel)
    {
        List<HeightAudit> audits = [];
        foreach (NodeCalls endpoint in node.Pool.All)
        {
            audits.Add(await RunAsync(node, endpoint, height, name, cancel));
            cancel.ThrowIfCancellationRequested();
        }
        return audits;
    }

    private static async Task<HeightAudit> RunAsync(CelestiaNode node, NodeCalls endpoint, ulong height, Namespace name, CancellationToken cancel)
    {
        (ExtendedHeader? header, CallFailure? failure) = await node.Headers.GetAsync(height, endpoint, cancel);
        if (header?.Header.DataHash is not { } dataRoot) return new HeightAudit(height, endpoint.Name, null, false, [], failure is { } failed ? [failed.Failure] : []);
        var run = new Run(endpoint, header, name, dataRoot);
        await run.ReadSharesAsync(cancel);
        await run.ReadListAsync(cancel);
        await run.ReadProofsAsync(cancel);
        HeightAudit audit = run.Result();
        foreach (DaFailure wrong in audit.Failures)
            if (wrong.IsProvedWrong) node.Metrics.ProvedWrong(wrong.Code);
        return audit;
    }

    /// <summary>One height at one endpoint.</summary>
    private sealed class Run(NodeCalls endpoint, ExtendedHeader header, Namespace name, Hash256 dataRoot)
    {
        private readonly List<DaFailure> _failures = [];
        private readonly List<RpcBlob> _unexplained = [];
        private readonly List<AuditedBlob> _blobs = [];
        private VerifiedNamespace? _truth;

        public async Task ReadSharesAsync(CancellationToken cancel)
        {
            IReadOnlyList<NamespaceRow>? rows = [];
            if (NamespaceVerifier.RowsSpanning(header.Dah, name).Count > 0)
            {
                (rows, CallFailure? failure) = await endpoint.NamespaceRowsAsync(header, name, cancel);
                if (failure is { } failed) _failures.Add(failed.Failure);
                if (rows is null) return;
            }
            DaVerdict verdict = NamespaceVerifier.Verify(header.Dah, name, rows, out _truth);
            if (!verdict.IsValid) _failures.Add(DaFailure.Of(verdict, endpoint.Name));
        }

        public async Task ReadListAsync(CancellationToken cancel)
        {
            (IReadOnlyList<RpcBlob>? listed, CallFailure? failure) = await endpoint.ListAsync(header.Height, name, cancel);
            if (failure is { } failed) _failures.Add(failed.Failure);
            List<VerifiedBlob> unlisted = [.. _truth?.Blobs ?? []];
            foreach (RpcBlob blob in listed ?? [])
            {
                Hash256 own = ShareCommitment.Of(blob.Blob);
                if (blob.Commitment is { } stated && stated != own) Wrong(DaFault.Commitment, $"a blob is listed with commitment {stated}, its data has {own}");
                int at = unlisted.FindIndex(one => one.Commitment == own);
                if (at >= 0)
                {
                    Add(unlisted[at], isListed: true);
                    unlisted.RemoveAt(at);
                }
                else
                {
                    _unexplained.Add(blob);
                }
            }
            if (listed is null || _truth is null)
            {
                foreach (VerifiedBlob blob in unlisted) Add(blob, isListed: false);
                return;
            }
            foreach (RpcBlob blob in _unexplained.ToArray())
            {
                _unexplained.Remove(blob);
                Hash256 own = ShareCommitment.Of(blob.Blob);
                // Where the square has another blob at that very place, it was changed rather than invented.
                int at = unlisted.FindIndex(one => one.ExtendedIndex == blob.ExtendedIndex);
                if (at < 0)
                {
                    _failures.Add(new DaFailure(DaCodes.InventedBlob, $"blob {own} is listed, the square does not hold it", endpoint.Name));
                    continue;
                }
                Wrong(DaFault.Commitment, $"the blob at index {blob.ExtendedIndex} is listed with commitment {own}, the square has {unlisted[at].Commitment}");
                Add(unlisted[at], isListed: false);
                unlisted.RemoveAt(at);
            }
            foreach (VerifiedBlob blob in unlisted)
            {
                _failures.Add(new DaFailure(DaCodes.WithheldBlob, $"blob {blob.Commitment} is in the square and not listed", endpoint.Name));
                Add(blob, isListed: false);
            }
        }

        public async Task ReadProofsAsync(CancellationToken cancel)
        {
            for (int i = 0; i < _blobs.Count; i++) _blobs[i] = _blobs[i] with { IsProved = await ProveAsync(_blobs[i].Commitment, isListedOnly: false, cancel) };
            // Without proved shares, each proof of its own tells real blobs from invented ones.
            foreach (RpcBlob blob in _unexplained)
            {
                Hash256 own = ShareCommitment.Of(blob.Blob);
                bool isProved = await ProveAsync(own, isListedOnly: true, cancel);
                if (isProved) _blobs.Add(new AuditedBlob(own, blob.Blob.Data.Length, SquareIndex(blob.ExtendedIndex), false, true, true));
            }
        }

        public HeightAudit Result() => new(
            header.Height, endpoint.Name, dataRoot, _truth is { Blobs.Count: 0 }, _blobs, [.. _failures.Distinct().OrderBy(Rank)]);

        private async Task<bool> ProveAsync(Hash256 commitment, bool isListedOnly, CancellationToken cancel)
        {
            (CommitmentProof? proof, CallFailure? failure) = await endpoint.CommitmentProofAsync(header.Height, name, commitment, cancel);
            if (failure is { } failed)
            {
                bool isInvented = isListedOnly && failed.Fault == CallFault.NotFound;
                bool isHidden = !isListedOnly && failed.Fault == CallFault.NotFound;
                if (failed.Fault == CallFault.UnknownMethod) return false; // before v0.15 there are none
                _failures.Add(isInvented ? Invented(commitment) : isHidden ? new DaFailure(DaCodes.WithheldBlob, $"no proof for blob {commitment}, which is in the square", endpoint.Name) : failed.Failure);
                return false;
            }
            DaVerdict verdict = proof is null ? new DaVerdict(DaFault.ProofShape, "no proof") : proof.Verify(dataRoot, name, commitment);
            if (verdict.IsValid) return true;
            // A proof that leads elsewhere is about something else; a proof that is cut short tells nothing about the blob.
            _failures.Add(isListedOnly && verdict.Fault is DaFault.Commitment or DaFault.ProofRoot or DaFault.DataRoot ? Invented(commitment) : DaFailure.Of(verdict with { Detail = $"proof of blob {commitment}: {verdict.Detail}" }, endpoint.Name));
            return false;
        }

        private DaFailure Invented(Hash256 commitment) => new(DaCodes.InventedBlob, $"blob {commitment} is listed, and no proof leads from it to the data root", endpoint.Name);

        private void Add(VerifiedBlob blob, bool isListed) => _blobs.Add(new AuditedBlob(blob.Commitment, blob.Blob.Data.Length, blob.SquareIndex, true, isListed, false));

        private void Wrong(DaFault fault, string detail) => _failures.Add(DaFailure.Of(new DaVerdict(fault, detail), endpoint.Name));

        private int SquareIndex(int extendedIndex) =>
            extendedIndex < 0 ? -1 : (extendedIndex / header.Dah.ExtendedWidth * header.Dah.Width) + (extendedIndex % header.Dah.ExtendedWidth);

        /// <summary>What names the lie comes before what only shows that there is one.</summary>
        private static int Rank(DaFailure failure) => failure.Code switch
        {
            DaCodes.InventedBlob or "DSDN-E-DA-COMMITMENT" => 0,
            "DSDN-E-DA-ROWS" or "DSDN-E-DA-INCOMPLETE" => 1,
            DaCodes.WithheldBlob => 2,
            _ => failure.IsProvedWrong ? 3 : 4,
        };
    }
}
