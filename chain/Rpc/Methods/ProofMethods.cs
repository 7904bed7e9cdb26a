using System.Text.Json;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>eth_getProof (EIP-1186).</summary>
internal static class ProofMethods
{
    public static RpcError? Proof(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        Address address = args.Address();
        if (args.Error is { } badAddress) return badAddress;
        if (ReadKeys(ref args, context.Options.ProofSlotsMax, out List<Hash256> slots, out List<string> keys) is { } badKeys) return badKeys;
        BlockSelector block = args.Block();
        if (args.End() is { } badBlock) return badBlock;
        if (Blocks.Height(context, block, out ulong number) is { } unknown) return unknown;
        AccountProof proof = context.Chain.Prove(number, address, slots);
        reply.Raw("{\"address\":"u8);
        reply.Hex(address);
        reply.Raw(",\"accountProof\":"u8);
        WriteNodes(reply, proof.Nodes);
        reply.Raw(",\"balance\":"u8);
        reply.Quantity(proof.Account.Balance);
        reply.Raw(",\"codeHash\":"u8);
        reply.Hex(proof.CodeHash);
        reply.Raw(",\"nonce\":"u8);
        reply.Quantity(proof.Account.Nonce);
        reply.Raw(",\"storageHash\":"u8);
        reply.Hex(proof.StorageRoot);
        reply.Raw(",\"storageProof\":["u8);
        for (int i = 0; i < proof.Storage.Count; i++)
        {
            reply.Raw(i == 0 ? "{\"key\":"u8 : ",{\"key\":"u8);
            reply.Text(keys[i]);
            reply.Raw(",\"value\":"u8);
            reply.Quantity(proof.Storage[i].Value);
            reply.Raw(",\"proof\":"u8);
            WriteNodes(reply, proof.Storage[i].Nodes);
            reply.Byte((byte)'}');
        }
        reply.Raw("]}"u8);
        return null;
    }

    /// <param name="keys">32 bytes each, as the reply repeats them (geth writes long keys so).</param>
    private static RpcError? ReadKeys(ref ParamReader args, int max, out List<Hash256> slots, out List<string> keys)
    {
        slots = [];
        keys = [];
        if (!args.Next()) return RpcError.MissingArgument(args.Index);
        if (args.Token == JsonTokenType.Null) return null;
        if (args.Token != JsonTokenType.StartArray) return args.Unmarshal(args.GoKind(), "[]string");
        ref Utf8JsonReader json = ref args.Json;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.String) return args.Unmarshal(args.GoKind(), "string");
            if ((json.ValueSpan.Length & 1) != 0) return RpcError.InvalidParams("unable to decode storage key: " + HexText.OddLength);
            if (StorageKey.Parse(json.ValueSpan, out Hash256 slot) is { } error) return error;
            if (slots.Count == max) return RpcError.InvalidParams($"too many keys (got more than {max}, max {max})");
            slots.Add(slot);
            keys.Add(slot.ToString());
        }
        return null;
    }

    private static void WriteNodes(ReplyWriter reply, IReadOnlyList<ReadOnlyMemory<byte>> nodes)
    {
        reply.Byte((byte)'[');
        for (int i = 0; i < nodes.Count; i++)
        {
            if (i > 0) reply.Byte((byte)',');
            reply.Hex(nodes[i].Span);
        }
        reply.Byte((byte)']');
    }
}
