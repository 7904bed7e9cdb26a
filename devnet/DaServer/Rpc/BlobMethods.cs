using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Rpc;
using Dsdn.Chain.Primitives;
using Dsdn.DaServer.Blocks;
using Dsdn.DaServer.Faults;

namespace Dsdn.DaServer.Rpc;

/// <summary>blob.*: publishing, reading and proving.</summary>
internal sealed class BlobMethods(DaNode node)
{
    public void AddTo(MethodTable table)
    {
        table.Bind(RpcMethod.Submit, Submit);
        table.Bind(RpcMethod.Get, Get);
        table.Bind(RpcMethod.GetAll, GetAll);
        table.Bind(RpcMethod.GetProof, GetProof);
        table.Bind(RpcMethod.Included, Included);
        table.Bind(RpcMethod.GetCommitmentProof, GetCommitmentProof);
        table.Bind(RpcMethod.SubscribeBlobs, Subscribe);
    }

    private Func<Task<CallResult>> Submit(Call call)
    {
        IReadOnlyList<RpcBlob> blobs = call.Params.Blobs(0);
        SubmitOptions options = call.Params.Options(1);
        return async () =>
        {
            (TransactionResponse? response, RpcFailure failure) = await node.Submitter.SubmitAsync(call.Method, blobs, options, call.Cancelled);
            return response is null ? CallResult.Fail(failure) : CallResult.Of(response.Height);
        };
    }

    private Func<Task<CallResult>> Get(Call call) => OnBlob(call, (block, name, commitment) =>
    {
        // The lie, where there is one, is told about the blob that was asked for.
        AnsweredBlob found = node.Tampering.Blobs(call.Method, block, name).FirstOrDefault(blob => blob.Commitment == commitment || IsTrue(block, blob, commitment));
        return found.Blob is null ? CallResult.Fail(ErrorText.BlobNotFound) : CallResult.Of(json => BlobJson.Write(json, found.Blob, found.Commitment, found.ExtendedIndex));
    });

    private Func<Task<CallResult>> GetAll(Call call)
    {
        ulong height = call.Params.Number(0);
        IReadOnlyList<Namespace> names = call.Params.Namespaces(1);
        return () => node.WithBlock(call, height, needsData: true, block =>
        {
            if (node.Faults.Take(FaultKind.IncompleteBlob, call.Method) is not null) return CallResult.Fail(ErrorText.Incomplete(names.Count > 0 ? names[0].ToString() : ""));
            List<AnsweredBlob> blobs = [.. names.SelectMany(name => node.Tampering.Blobs(call.Method, block, name))];
            // Nothing found: null before v0.28, a list without items since.
            if (blobs.Count == 0 && node.Preset.Version == NodeVersion.V0_16) return CallResult.Null;
            return CallResult.Of(json =>
            {
                json.WriteStartArray();
                foreach (AnsweredBlob blob in blobs) BlobJson.Write(json, blob.Blob, blob.Commitment, blob.ExtendedIndex);
                json.WriteEndArray();
            });
        });
    }

    private Func<Task<CallResult>> GetProof(Call call) => OnBlob(call, (block, name, commitment) =>
    {
        if (Find(block, name, commitment) is not { } blob) return CallResult.Fail(ErrorText.BlobNotFound);
        IReadOnlyList<NmtProof> proofs = node.Tampering.Proofs(call.Method, ProofsOf(block, blob));
        return CallResult.Of(json =>
        {
            json.WriteStartArray();
            foreach (NmtProof proof in proofs) NmtProofJson.Write(json, proof);
            json.WriteEndArray();
        });
    });

    private Func<Task<CallResult>> Included(Call call)
    {
        ulong height = call.Params.Number(0);
        Namespace name = call.Params.Namespace(1);
        IReadOnlyList<NmtProof> proofs = call.Params.Proofs(2);
        Hash256 commitment = call.Params.Commitment(3);
        bool isNil = call.Request.Params.Count > 2 && call.Request.Params[2].ValueKind == System.Text.Json.JsonValueKind.Null;
        return () => node.WithBlock(call, height, needsData: true, block =>
        {
            if (isNil) return CallResult.Fail(ErrorText.NilProof);
            if (Find(block, name, commitment) is not { } blob) return CallResult.Of(false);
            IReadOnlyList<NmtProof> own = ProofsOf(block, blob);
            bool isSame = own.Count == proofs.Count && own.Zip(proofs).All(static pair => AreSame(pair.First, pair.Second));
            return isSame ? CallResult.Of(true) : CallResult.Fail(ErrorText.InvalidProof);
        });
    }

    private Func<Task<CallResult>> GetCommitmentProof(Call call) => OnBlob(call, (block, name, commitment) =>
    {
        if (Find(block, name, commitment) is not { } blob) return CallResult.Fail(ErrorText.BlobNotFound);
        if (!block.Square.Prover.TryProveCommitment(blob.Start, blob.Blob.ShareCount, out CommitmentProof? proof).IsValid || proof is null) throw new InvalidOperationException("a placed blob has no proof");
        CommitmentProof answered = node.Tampering.Proof(call.Method, proof);
        return CallResult.Of(json => ProofJson.Write(json, answered));
    });

    private Func<Task<CallResult>> Subscribe(Call call)
    {
        Namespace name = call.Params.Namespace(0);
        return () => Task.FromResult(node.Subscribe(call, block =>
        {
            IReadOnlyList<AnsweredBlob> blobs = node.Tampering.Blobs(call.Method, block, name);
            return json => BlobEvent.Write(
                json,
                block.Height,
                [.. blobs.Select(static blob => (blob.Blob, blob.Commitment, blob.ExtendedIndex))],
                node.Preset.Version >= NodeVersion.V0_31 ? writer => HeaderJson.WriteHeader(writer, block.Header.Header) : null);
        }));
    }

    /// <summary>height, namespace, commitment.</summary>
    private Func<Task<CallResult>> OnBlob(Call call, Func<ServedBlock, Namespace, Hash256, CallResult> answer)
    {
        ulong height = call.Params.Number(0);
        Namespace name = call.Params.Namespace(1);
        Hash256 commitment = call.Params.Commitment(2);
        return () => node.WithBlock(call, height, needsData: true, block => answer(block, name, commitment));
    }

    private static PlacedBlob? Find(ServedBlock block, Namespace name, Hash256 commitment) =>
        block.Square.Blobs.FirstOrDefault(blob => blob.Commitment == commitment && blob.Blob.Namespace == name);

    private static bool IsTrue(ServedBlock block, AnsweredBlob answered, Hash256 commitment) =>
        block.Square.Blobs.Any(blob => blob.Commitment == commitment && ReferenceEquals(blob.Blob, answered.Blob));

    /// <summary>For each row the blob touches, the proof of all that the row holds of the namespace.</summary>
    private static List<NmtProof> ProofsOf(ServedBlock block, PlacedBlob blob)
    {
        IReadOnlyList<int> spanning = NamespaceVerifier.RowsSpanning(block.Header.Dah, blob.Blob.Namespace);
        IReadOnlyList<NamespaceRow> rows = block.Square.Prover.ProveNamespace(blob.Blob.Namespace);
        return [.. Enumerable.Range(0, rows.Count).Where(i => spanning[i] >= blob.FirstRow && spanning[i] <= blob.LastRow).Select(i => rows[i].Proof)];
    }

    private static bool AreSame(NmtProof own, NmtProof given) =>
        own.Start == given.Start && own.End == given.End && own.AbsentLeaf == given.AbsentLeaf && own.Nodes.SequenceEqual(given.Nodes);
}
