using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Rpc;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.DaServer.Rpc;

/// <summary>das.*, node.*, p2p.* and blobstream.*</summary>
internal sealed class NodeMethods(DaNode node)
{
    private const int TokenCharsMax = 4_096, PermissionsMax = 16;
    private const ulong TuplesMax = 10_000;

    public void AddTo(MethodTable table)
    {
        table.Bind(RpcMethod.SamplingStats, call => () => SamplingStats(call));
        table.Bind(RpcMethod.WaitCatchUp, static _ => static () => Task.FromResult(CallResult.Null));
        table.Bind(RpcMethod.Ready, static _ => static () => Task.FromResult(CallResult.Of(true)));
        table.Bind(RpcMethod.Info, _ => () => Task.FromResult(CallResult.Of(new NodeInfo(node.Preset.NodeType, node.Preset.NodeText).Write)));
        table.Bind(RpcMethod.AuthNew, call => AuthNew(call, expires: false));
        table.Bind(MethodTable.AuthNewWithExpiry, call => AuthNew(call, expires: true));
        table.Bind(RpcMethod.AuthVerify, AuthVerify);
        table.Bind(MethodTable.PeerInfo, _ => () => Task.FromResult(PeerInfo()));
        table.Bind(MethodTable.Peers, static _ => static () => Task.FromResult(CallResult.Of(static json =>
        {
            json.WriteStartArray();
            json.WriteEndArray();
        })));
        table.Bind(MethodTable.NatStatus, static _ => static () => Task.FromResult(CallResult.Of(0)));
        table.Bind(MethodTable.TupleRoot, TupleRoot);
        table.Bind(MethodTable.TupleProof, TupleProof);
    }

    private Task<CallResult> SamplingStats(Call call)
    {
        (ulong network, ulong local) = node.Heights.Heads(call.Method);
        SamplingStats stats = new(local, local, network, local == network, IsRunning: true);
        return Task.FromResult(CallResult.Of(stats.Write));
    }

    private Func<Task<CallResult>> AuthNew(Call call, bool expires)
    {
        IReadOnlyList<RpcPermission>? allow = ReadPermissions(call.Request.Params[0]);
        ulong lifetimeNs = expires ? call.Params.Number(1) : 0;
        return () =>
        {
            if (allow is null) return Task.FromResult(CallResult.Fail(RpcFailure.BadParam(call.Method, "[]auth.Permission", "not a list of permissions")));
            CometTime end = expires ? CometTime.FromUnixMs(node.NowMs + (lifetimeNs / 1_000_000)) : CometTime.Zero;
            return Task.FromResult(CallResult.Of(new AuthToken(allow, end).Sign(node.Secret, RandomNumberGenerator.GetBytes(AuthToken.NonceBytes))));
        };
    }

    private Func<Task<CallResult>> AuthVerify(Call call)
    {
        string token = call.Params.Text(0, TokenCharsMax);
        return () => Task.FromResult(node.Verify(token) is { } allow
            ? CallResult.Of(json =>
            {
                json.WriteStartArray();
                foreach (RpcPermission permission in allow) json.WriteStringValue(permission.Text());
                json.WriteEndArray();
            })
            : CallResult.Fail("JWT verification failed"));
    }

    private CallResult PeerInfo() => CallResult.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("ID", node.PeerId);
        json.WriteStartArray("Addrs");
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Of the heights [start, end).</summary>
    private Func<Task<CallResult>> TupleRoot(Call call)
    {
        ulong start = call.Params.Number(0), end = call.Params.Number(1);
        return async () =>
        {
            (Hash256[]? leaves, RpcFailure failure) = await TuplesAsync(call, start, end);
            return leaves is null ? CallResult.Fail(failure) : CallResult.Of(Convert.ToHexString(Sha256Tree.Root(leaves).Span));
        };
    }

    private Func<Task<CallResult>> TupleProof(Call call)
    {
        ulong height = call.Params.Number(0), start = call.Params.Number(1), end = call.Params.Number(2);
        return async () =>
        {
            if (height < start || height >= end) return CallResult.Fail($"height {height} is not in range [{start}, {end})");
            (Hash256[]? leaves, RpcFailure failure) = await TuplesAsync(call, start, end);
            if (leaves is null) return CallResult.Fail(failure);
            int index = (int)(height - start);
            Hash256[] aunts = Sha256Tree.Proof(leaves, index);
            return CallResult.Of(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("total", leaves.Length);
                json.WriteNumber("index", index);
                json.WriteBase64String("leaf_hash", leaves[index].Span);
                json.WriteStartArray("aunts");
                foreach (Hash256 aunt in aunts) json.WriteBase64StringValue(aunt.Span);
                json.WriteEndArray();
                json.WriteEndObject();
            });
        };
    }

    /// <summary>The leaves over abi.encode(height, data root): 32 bytes each.</summary>
    private async Task<(Hash256[]? Leaves, RpcFailure Failure)> TuplesAsync(Call call, ulong start, ulong end)
    {
        if (start == 0 || end <= start) return (null, RpcFailure.OfMethod("the start of the range is 0, or not below its end"));
        if (end - start > TuplesMax) return (null, RpcFailure.OfMethod($"the range is longer than {TuplesMax} blocks"));
        List<Hash256> leaves = [];
        for (ulong height = start; height < end; height++)
        {
            (Blocks.ServedBlock? block, RpcFailure failure) = await node.Heights.BlockAsync(call.Method, height, needsData: false, call.Cancelled);
            if (block is null) return (null, failure);
            byte[] tuple = new byte[2 * Hash256.Size];
            BinaryPrimitives.WriteUInt64BigEndian(tuple.AsSpan(Hash256.Size - sizeof(ulong)), height);
            block.Record.DataHash.CopyTo(tuple.AsSpan(Hash256.Size));
            leaves.Add(Sha256Tree.Leaf(tuple));
        }
        return ([.. leaves], default);
    }

    /// <returns>Null where they are none.</returns>
    private static IReadOnlyList<RpcPermission>? ReadPermissions(JsonElement list)
    {
        DaJson.Read(list, view =>
        {
            List<RpcPermission> permissions = [];
            foreach (JsonView item in view.Items(PermissionsMax))
            {
                if (!RpcPermissions.TryParse(item.Text(PermissionsMax), out RpcPermission permission)) view.Fault.Set("an unknown permission");
                permissions.Add(permission);
            }
            return permissions;
        }, out List<RpcPermission>? read);
        return read;
    }
}
