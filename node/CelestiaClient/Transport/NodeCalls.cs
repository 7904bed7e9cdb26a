using System.Text.Json;
using Dsdn.Celestia;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Proofs;
using Dsdn.Celestia.Rpc;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Primitives;

namespace Dsdn.CelestiaClient.Transport;

/// <summary>The methods of one node, with their deadlines and limits. What comes back is read, not believed.</summary>
internal sealed class NodeCalls(EndpointClient client, CelestiaOptions options)
{
    private const int SmallBytesMax = 1 << 20, HeaderBytesMax = 4 << 20, RangeBytesMax = 64 << 20, NamespaceBytesMax = 96 << 20;

    /// <summary>Headers of one header.GetRangeByHeight.</summary>
    public const ulong RangeMax = 64;

    private readonly DaTimeouts _timeouts = options.Timeouts;
    private volatile bool _takesHeaders = options.Version == NodeVersion.V0_16;

    public string Name => client.Endpoint.Name;

    public CelestiaEndpoint Endpoint => client.Endpoint;

    public Task<(ExtendedHeader? Value, CallFailure? Failure)> HeadAsync(CancellationToken cancel) =>
        CallAsync<ExtendedHeader>(RpcMethod.NetworkHead, id => CelestiaCalls.Plain(id, RpcMethod.NetworkHead), HeaderMs, HeaderBytesMax, HeaderJson.TryRead, cancel);

    /// <summary>A node that answers with another height is malformed.</summary>
    public async Task<(ExtendedHeader? Value, CallFailure? Failure)> HeaderAsync(ulong height, CancellationToken cancel)
    {
        (ExtendedHeader? header, CallFailure? failure) = await CallAsync<ExtendedHeader>(
            RpcMethod.GetByHeight, id => CelestiaCalls.AtHeight(id, RpcMethod.GetByHeight, height), HeaderMs, HeaderBytesMax, HeaderJson.TryRead, cancel);
        return header is not null && header.Height != height ? (null, Wrong(new DaVerdict(DaFault.Header, $"asked for height {height}, got {header.Height}"))) : (header, failure);
    }

    /// <summary>Headers above <paramref name="from"/> and below <paramref name="to"/>, at most <see cref="RangeMax"/>.</summary>
    public Task<(IReadOnlyList<ExtendedHeader>? Value, CallFailure? Failure)> HeadersAsync(ExtendedHeader from, ulong to, CancellationToken cancel) =>
        CallAsync<IReadOnlyList<ExtendedHeader>>(RpcMethod.GetRangeByHeight, id => CelestiaCalls.GetRangeByHeight(id, from, to), ReadMs, RangeBytesMax, TryReadHeaders, cancel);

    /// <param name="header">Verified; nodes before v0.20 want all of it.</param>
    public async Task<(IReadOnlyList<NamespaceRow>? Value, CallFailure? Failure)> NamespaceRowsAsync(ExtendedHeader header, Namespace name, CancellationToken cancel)
    {
        if (!_takesHeaders)
        {
            (IReadOnlyList<NamespaceRow>? rows, CallFailure? failure) = await CallAsync<IReadOnlyList<NamespaceRow>>(
                RpcMethod.GetNamespaceData, id => CelestiaCalls.GetNamespaceData(id, header.Height, name), NamespaceMs, NamespaceBytesMax, NamespaceDataJson.TryRead, cancel);
            if (failure?.Fault != CallFault.UnknownMethod || options.Version is not null) return (rows, failure);
            _takesHeaders = true;
        }
        return await CallAsync<IReadOnlyList<NamespaceRow>>(
            RpcMethod.GetSharesByNamespace, id => CelestiaCalls.GetSharesByNamespace(id, header, name), NamespaceMs, NamespaceBytesMax, NamespaceDataJson.TryRead, cancel);
    }

    /// <summary>What the node lists; nothing of it is proved. Up to v0.14 an empty list comes as an error.</summary>
    public async Task<(IReadOnlyList<RpcBlob>? Value, CallFailure? Failure)> ListAsync(ulong height, Namespace name, CancellationToken cancel)
    {
        (IReadOnlyList<RpcBlob>? blobs, CallFailure? failure) = await CallAsync<IReadOnlyList<RpcBlob>>(
            RpcMethod.GetAll, id => CelestiaCalls.GetAll(id, height, [name]), NamespaceMs, NamespaceBytesMax, BlobJson.TryReadList, cancel);
        return failure?.Fault == CallFault.NotFound ? ([], null) : (blobs, failure);
    }

    public Task<(CommitmentProof? Value, CallFailure? Failure)> CommitmentProofAsync(ulong height, Namespace name, Hash256 commitment, CancellationToken cancel) =>
        CallAsync<CommitmentProof>(
            RpcMethod.GetCommitmentProof, id => CelestiaCalls.OfBlob(id, RpcMethod.GetCommitmentProof, height, name, commitment), NamespaceMs, NamespaceBytesMax, ProofJson.TryReadCommitmentProof, cancel);

    public Task<(SyncState? Value, CallFailure? Failure)> SyncStateAsync(CancellationToken cancel) =>
        CallAsync<SyncState>(RpcMethod.SyncState, id => CelestiaCalls.Plain(id, RpcMethod.SyncState), HeaderMs, SmallBytesMax, SyncState.TryRead, cancel);

    public Task<(SamplingStats? Value, CallFailure? Failure)> SamplingAsync(CancellationToken cancel) =>
        CallAsync<SamplingStats>(RpcMethod.SamplingStats, id => CelestiaCalls.Plain(id, RpcMethod.SamplingStats), HeaderMs, SmallBytesMax, SamplingStats.TryRead, cancel);

    public Task<(AccountBalance? Value, CallFailure? Failure)> BalanceAsync(CancellationToken cancel) => options.SignerAddress.Length == 0
        ? CallAsync<AccountBalance>(RpcMethod.Balance, id => CelestiaCalls.Plain(id, RpcMethod.Balance), HeaderMs, SmallBytesMax, AccountBalance.TryRead, cancel)
        : CallAsync<AccountBalance>(RpcMethod.BalanceForAddress, id => CelestiaCalls.BalanceForAddress(id, options.SignerAddress), HeaderMs, SmallBytesMax, AccountBalance.TryRead, cancel);

    /// <summary>The height that the node says they landed at.</summary>
    public async Task<(ulong Height, CallFailure? Failure)> SubmitAsync(IReadOnlyList<(Blob Blob, Hash256 Commitment)> blobs, SubmitOptions price, CancellationToken cancel)
    {
        (JsonElement? result, CallFailure? failure) = await client.CallAsync(
            RpcMethod.Submit, id => CelestiaCalls.Submit(id, blobs, price), _timeouts.SubmitMs, SmallBytesMax, isSubmit: true, cancel);
        if (failure is not null) return (0, failure);
        ulong height = 0;
        bool isHeight = result is { ValueKind: JsonValueKind.Number } number ? number.TryGetUInt64(out height)
            : result is { ValueKind: JsonValueKind.String } text && ulong.TryParse(text.GetString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out height);
        return isHeight && height > 0 ? (height, null) : (0, CallFailure.Of(new CallError(CallFault.Malformed, 0, "a submit without a height"), Name));
    }

    /// <summary>Whether the token may write, by a submit of nothing: permissions are checked first.</summary>
    public async Task<CallFailure?> TryWriteAsync(CancellationToken cancel)
    {
        (_, CallFailure? failure) = await client.CallAsync(RpcMethod.Submit, static id => CelestiaCalls.Submit(id, [], new SubmitOptions()), HeaderMs, SmallBytesMax, isSubmit: true, cancel);
        return failure;
    }

    private int HeaderMs => Math.Min(_timeouts.HeaderMs, _timeouts.ReadMs);

    private int NamespaceMs => Math.Min(_timeouts.NamespaceMs, _timeouts.ReadMs);

    private int ReadMs => _timeouts.ReadMs;

    private delegate DaVerdict TryRead<T>(JsonElement element, out T? value);

    private async Task<(T? Value, CallFailure? Failure)> CallAsync<T>(string method, Func<RpcId, byte[]> encode, int deadlineMs, int replyBytesMax, TryRead<T> tryRead, CancellationToken cancel)
        where T : class
    {
        (JsonElement? result, CallFailure? failure) = await client.CallAsync(method, encode, deadlineMs, replyBytesMax, isSubmit: false, cancel);
        if (result is not { } element) return (null, failure);
        DaVerdict verdict = tryRead(element, out T? value);
        return value is null ? (null, Wrong(verdict)) : (value, null);
    }

    private CallFailure Wrong(DaVerdict verdict) => new(DaFailure.Of(verdict, Name), CallFault.Malformed, false);

    private static DaVerdict TryReadHeaders(JsonElement element, out IReadOnlyList<ExtendedHeader>? headers)
    {
        headers = null;
        List<ExtendedHeader> read = [];
        if (element.ValueKind == JsonValueKind.Array)
        {
            if (element.GetArrayLength() > (int)RangeMax) return new DaVerdict(DaFault.Json, $"{element.GetArrayLength()} headers");
            foreach (JsonElement item in element.EnumerateArray())
            {
                DaVerdict verdict = HeaderJson.TryRead(item, out ExtendedHeader? header);
                if (header is null) return verdict;
                read.Add(header);
            }
        }
        else if (element.ValueKind != JsonValueKind.Null)
        {
            return new DaVerdict(DaFault.Json, "headers are a list");
        }
        headers = read;
        return DaVerdict.Valid;
    }
}
