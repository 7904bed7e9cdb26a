using System.Text.Json;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Rpc;

/// <summary>The parameters of a request as a server reads them. The first wrong one is the failure; what follows reads as empty.</summary>
public sealed class RpcParams(RpcRequest request)
{
    private const int NamespacesMax = 1_000;

    public RpcFailure? Failure { get; private set; }

    /// <summary>Whether exactly as many stand there as the method has.</summary>
    public bool HasCount(int expected)
    {
        if (request.Params.Count != expected) Failure ??= RpcFailure.ParamCount(request.Method, request.Params.Count, expected);
        return Failure is null;
    }

    public ulong Number(int at) => At(at, "uint64", static view => new Box<ulong>(view.UInt64()))?.Value ?? 0;

    public int Index(int at) => At(at, "int", static view => new Box<int>(view.Int32(int.MaxValue)))?.Value ?? 0;

    public string Text(int at, int charsMax) => At(at, "string", view => view.Text(charsMax)) ?? "";

    public Namespace Namespace(int at) => At(at, "share.Namespace", static view => new Box<Namespace>(DaJson.ReadNamespace(view)))?.Value ?? default;

    public IReadOnlyList<Namespace> Namespaces(int at) =>
        At<IReadOnlyList<Namespace>>(at, "[]share.Namespace", static view => [.. view.Items(NamespacesMax).Select(DaJson.ReadNamespace)]) ?? [];

    public Hash256 Commitment(int at) => At(at, "blob.Commitment", static view => new Box<Hash256>(DaJson.ReadHash(view)))?.Value ?? default;

    public Hash256 HexHash(int at) => At(at, "bytes.HexBytes", static view => new Box<Hash256>(DaJson.ToHash(view.Hex(Hash256.Size), view.Fault)))?.Value ?? default;

    public IReadOnlyList<NmtProof> Proofs(int at) =>
        At<IReadOnlyList<NmtProof>>(at, "*blob.Proof", static view => [.. view.Items(DaLimits.SquareWidthMax).Select(NmtProofJson.Read)]) ?? [];

    public IReadOnlyList<RpcBlob> Blobs(int at)
    {
        if (Failure is not null || at >= request.Params.Count) return [];
        DaVerdict verdict = BlobJson.TryReadList(request.Params[at], out IReadOnlyList<RpcBlob>? blobs);
        Refuse(verdict, "[]*blob.Blob");
        return blobs ?? [];
    }

    public IReadOnlyList<RpcBlob> AppBlobs(int at)
    {
        if (Failure is not null || at >= request.Params.Count) return [];
        List<RpcBlob> blobs = [];
        JsonElement list = request.Params[at];
        if (list.ValueKind != JsonValueKind.Array) Refuse(new DaVerdict(DaFault.Json, "blobs are a list"), "[]*share.Blob");
        else
        {
            foreach (JsonElement item in list.EnumerateArray())
            {
                Refuse(BlobJson.TryReadApp(item, out RpcBlob? blob), "[]*share.Blob");
                if (blob is null) return [];
                blobs.Add(blob);
            }
        }
        return blobs;
    }

    public SubmitOptions Options(int at)
    {
        if (Failure is not null || at >= request.Params.Count) return new SubmitOptions();
        Refuse(SubmitOptions.TryRead(request.Params[at], out SubmitOptions? options), "*state.TxConfig");
        return options ?? new SubmitOptions();
    }

    /// <param name="header">Null where there is a failure.</param>
    public void Header(int at, out ExtendedHeader? header)
    {
        header = null;
        if (Failure is null && at < request.Params.Count) Refuse(HeaderJson.TryRead(request.Params[at], out header), "*header.ExtendedHeader");
    }

    private sealed record Box<T>(T Value);

    private T? At<T>(int at, string type, Func<JsonView, T> read)
        where T : class
    {
        if (Failure is not null || at >= request.Params.Count) return null;
        Refuse(DaJson.Read(request.Params[at], read, out T? value), type);
        return value;
    }

    private void Refuse(DaVerdict verdict, string type)
    {
        if (!verdict.IsValid) Failure ??= RpcFailure.BadParam(request.Method, type, verdict.Detail);
    }
}
