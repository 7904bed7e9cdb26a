using System.Text.Json;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Rpc;

/// <summary>The requests of a client, as bytes: parameters by place and exactly as many as the method has.</summary>
public static class CelestiaCalls
{
    /// <summary>Any method without parameters: heads, states, statistics.</summary>
    public static byte[] Plain(RpcId id, string method) => RpcRequest.Encode(id, method, static _ => { });

    /// <summary>header.GetByHeight, header.WaitForHeight, share.GetEDS, share.SharesAvailable.</summary>
    public static byte[] AtHeight(RpcId id, string method, ulong height) => RpcRequest.Encode(id, method, json => json.WriteNumberValue(height));

    public static byte[] Submit(RpcId id, IReadOnlyList<(Blob Blob, Hash256 Commitment)> blobs, SubmitOptions options) => RpcRequest.Encode(id, RpcMethod.Submit, json =>
    {
        json.WriteStartArray();
        foreach ((Blob blob, Hash256 commitment) in blobs) BlobJson.Write(json, blob, commitment);
        json.WriteEndArray();
        options.Write(json);
    });

    public static byte[] GetAll(RpcId id, ulong height, IReadOnlyList<Namespace> names) => RpcRequest.Encode(id, RpcMethod.GetAll, json =>
    {
        json.WriteNumberValue(height);
        json.WriteStartArray();
        foreach (Namespace name in names) json.WriteBase64StringValue(name.ToArray());
        json.WriteEndArray();
    });

    /// <summary>blob.Get, blob.GetProof, blob.GetCommitmentProof.</summary>
    public static byte[] OfBlob(RpcId id, string method, ulong height, Namespace name, Hash256 commitment) => RpcRequest.Encode(id, method, json =>
    {
        json.WriteNumberValue(height);
        json.WriteBase64StringValue(name.ToArray());
        json.WriteBase64StringValue(commitment.Span);
    });

    public static byte[] Included(RpcId id, ulong height, Namespace name, IReadOnlyList<NmtProof> proofs, Hash256 commitment) => RpcRequest.Encode(id, RpcMethod.Included, json =>
    {
        json.WriteNumberValue(height);
        json.WriteBase64StringValue(name.ToArray());
        json.WriteStartArray();
        foreach (NmtProof proof in proofs) NmtProofJson.Write(json, proof);
        json.WriteEndArray();
        json.WriteBase64StringValue(commitment.Span);
    });

    public static byte[] GetNamespaceData(RpcId id, ulong height, Namespace name) => RpcRequest.Encode(id, RpcMethod.GetNamespaceData, json =>
    {
        json.WriteNumberValue(height);
        json.WriteBase64StringValue(name.ToArray());
    });

    /// <summary>share.GetSharesByNamespace of node v0.16, which takes the whole header.</summary>
    public static byte[] GetSharesByNamespace(RpcId id, ExtendedHeader header, Namespace name) => RpcRequest.Encode(id, RpcMethod.GetSharesByNamespace, json =>
    {
        HeaderJson.Write(json, header, hasNumberHeight: true);
        json.WriteBase64StringValue(name.ToArray());
    });

    /// <summary>Shares [start, end) of the original square.</summary>
    public static byte[] GetRange(RpcId id, ulong height, int start, int end) => RpcRequest.Encode(id, RpcMethod.GetRange, json =>
    {
        json.WriteNumberValue(height);
        json.WriteNumberValue(start);
        json.WriteNumberValue(end);
    });

    /// <summary>Headers above <paramref name="from"/> and below <paramref name="to"/>, at most 64.</summary>
    public static byte[] GetRangeByHeight(RpcId id, ExtendedHeader from, ulong to) => RpcRequest.Encode(id, RpcMethod.GetRangeByHeight, json =>
    {
        HeaderJson.Write(json, from);
        json.WriteNumberValue(to);
    });

    public static byte[] GetByHash(RpcId id, Hash256 hash) => RpcRequest.Encode(id, RpcMethod.GetByHash, json => json.WriteStringValue(Convert.ToHexString(hash.Span)));

    public static byte[] SubscribeBlobs(RpcId id, Namespace name) => RpcRequest.Encode(id, RpcMethod.SubscribeBlobs, json => json.WriteBase64StringValue(name.ToArray()));

    public static byte[] BalanceForAddress(RpcId id, string address) => RpcRequest.Encode(id, RpcMethod.BalanceForAddress, json => json.WriteStringValue(address));
}
