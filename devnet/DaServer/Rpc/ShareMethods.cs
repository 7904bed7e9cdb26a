using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Rpc;
using Dsdn.DaServer.Blocks;
using Dsdn.DaServer.Faults;

namespace Dsdn.DaServer.Rpc;

/// <summary>share.*: before v0.20 by a whole header, since then by height.</summary>
internal sealed class ShareMethods(DaNode node)
{
    public void AddTo(MethodTable table)
    {
        if (node.Preset.Version == NodeVersion.V0_16)
        {
            table.Bind(RpcMethod.GetSharesByNamespace, NamespaceData);
        }
        else
        {
            table.Bind(RpcMethod.GetNamespaceData, NamespaceData);
            table.Bind(RpcMethod.GetRow, GetRow);
        }
        table.Bind(RpcMethod.GetShare, GetShare);
        table.Bind(RpcMethod.GetEds, call => WithBlock(call, block => CallResult.Of(json => SquareJson.Write(json, block.Square.Prover.Square))));
        table.Bind(RpcMethod.SharesAvailable, call => WithBlock(call, static _ => CallResult.Null));
        table.Bind(RpcMethod.GetRange, GetRange);
    }

    private Func<Task<CallResult>> NamespaceData(Call call)
    {
        Namespace name = call.Params.Namespace(1);
        return WithBlock(call, block =>
        {
            if (name == Namespace.Parity || name == Namespace.TailPadding) return CallResult.Fail($"share: invalid namespace: {name} is not for data");
            if (node.Faults.Take(FaultKind.IncompleteBlob, call.Method) is not null) return CallResult.Fail(ErrorText.Incomplete(name.ToString()));
            IReadOnlyList<NamespaceRow> rows = node.Tampering.Rows(call.Method, block, name);
            return CallResult.Of(json => NamespaceDataJson.Write(json, rows));
        });
    }

    private Func<Task<CallResult>> GetShare(Call call)
    {
        int row = call.Params.Index(1), column = call.Params.Index(2);
        return WithBlock(call, block =>
        {
            int width = block.Square.Prover.Square.ExtendedWidth;
            return row < width && column < width
                ? CallResult.Of(json => json.WriteBase64StringValue(block.Square.Prover.Square.Share(row, column).Span))
                : CallResult.Fail($"share: index out of bounds: row {row} and column {column} of {width}");
        });
    }

    private Func<Task<CallResult>> GetRow(Call call)
    {
        int row = call.Params.Index(1);
        return WithBlock(call, block => row < block.Square.Prover.Square.ExtendedWidth
            ? CallResult.Of(json => SquareJson.WriteRow(json, block.Square.Prover.Square, row))
            : CallResult.Fail($"share: index out of bounds: row {row} of {block.Square.Prover.Square.ExtendedWidth}"));
    }

    /// <summary>By height in every version.</summary>
    private Func<Task<CallResult>> GetRange(Call call)
    {
        ulong height = call.Params.Number(0);
        int start = call.Params.Index(1), end = call.Params.Index(2);
        return () => node.WithBlock(call, height, needsData: true, block =>
        {
            if (!block.Square.Prover.TryProveShares(start, end, out ShareProof? proof).IsValid || proof is null) return CallResult.Fail($"share: invalid range [{start}, {end}): not of one namespace, or out of the square");
            ShareProof answered = node.Tampering.Proof(call.Method, proof);
            return CallResult.Of(json => SquareJson.WriteRange(json, answered));
        });
    }

    /// <summary>The block that the first parameter names.</summary>
    private Func<Task<CallResult>> WithBlock(Call call, Func<ServedBlock, CallResult> answer)
    {
        if (node.Preset.Version != NodeVersion.V0_16)
        {
            ulong height = call.Params.Number(0);
            return () => node.WithBlock(call, height, needsData: true, answer);
        }
        call.Params.Header(0, out ExtendedHeader? header);
        return () => node.WithBlock(call, header?.Height ?? 0, needsData: true, block => block.Header.Hash == header?.Hash ? answer(block) : CallResult.Fail(ErrorText.HeaderNotFound));
    }
}
