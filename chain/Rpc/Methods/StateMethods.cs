using System.Text;
using System.Text.Json;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>Balances, nonces, code and storage of accounts.</summary>
internal static class StateMethods
{
    private const int StorageValuesMax = 1_024;

    public static RpcError? Balance(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        Address address = args.Address();
        BlockSelector block = args.Block();
        if (args.End() is { } error) return error;
        if (Blocks.State(context, block, out IStateView state) is { } missing) return missing;
        state.TryGetAccount(address, out Account account);
        reply.Quantity(account.Balance);
        return null;
    }

    public static RpcError? TransactionCount(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        Address address = args.Address();
        BlockSelector block = args.Block();
        if (args.End() is { } error) return error;
        if (block.Kind == BlockKind.Pending)
        {
            reply.Quantity(context.Chain.Pool.PendingNonce(address));
            return null;
        }
        if (Blocks.State(context, block, out IStateView state) is { } missing) return missing;
        state.TryGetAccount(address, out Account account);
        reply.Quantity(account.Nonce);
        return null;
    }

    /// <summary>
    /// A module answers its code marker, so that clients see a contract (chain-decisions 2). So does the native Multicall3,
    /// which has no account because it has no state: viem batches calls only through an address with code.
    /// </summary>
    public static RpcError? Code(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        Address address = args.Address();
        BlockSelector block = args.Block();
        if (args.End() is { } error) return error;
        if (Blocks.State(context, block, out IStateView state) is { } missing) return missing;
        state.TryGetAccount(address, out Account account);
        reply.Raw(account.IsModule || address == ModuleKernel.BatchAddress ? "\"0x60006000fd\""u8 : "\"0x\""u8);
        return null;
    }

    public static RpcError? StorageAt(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        Address address = args.Address();
        ReadOnlySpan<byte> text = args.RawText("string");
        if (args.Error is { } error) return error;
        if (StorageKey.Parse(text, out Hash256 slot) is { } badKey) return badKey;
        BlockSelector block = args.Block(isRequired: true);
        if (args.End() is { } badBlock) return badBlock;
        if (Word(context, block, address, slot, out Uint256 word) is { } missing) return missing;
        reply.Word(word);
        return null;
    }

    /// <summary>Words of several accounts in one call: {address: [slot, ...]}.</summary>
    public static RpcError? StorageValues(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (!args.Next()) return RpcError.MissingArgument(0);
        if (args.Token != JsonTokenType.StartObject) return args.Unmarshal(args.GoKind(), "map[common.Address][]common.Hash");
        if (ReadRequests(ref args, out List<(Address Address, List<Hash256> Slots)> requests) is { } error) return error;
        BlockSelector block = args.Block();
        if (args.End() is { } badBlock) return badBlock;
        if (requests.Count == 0) return RpcError.InvalidParams("empty request");
        reply.Byte((byte)'{');
        for (int i = 0; i < requests.Count; i++)
        {
            if (i > 0) reply.Byte((byte)',');
            reply.Hex(requests[i].Address);
            reply.Raw(":["u8);
            for (int j = 0; j < requests[i].Slots.Count; j++)
            {
                if (j > 0) reply.Byte((byte)',');
                if (Word(context, block, requests[i].Address, requests[i].Slots[j], out Uint256 word) is { } missing) return missing;
                reply.Word(word);
            }
            reply.Byte((byte)']');
        }
        reply.Byte((byte)'}');
        return null;
    }

    private static RpcError? ReadRequests(ref ParamReader args, out List<(Address, List<Hash256>)> requests)
    {
        requests = [];
        int slotsRead = 0;
        ref Utf8JsonReader json = ref args.Json;
        Span<byte> bytes = stackalloc byte[Address.Size];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (HexText.Fixed(json.ValueSpan, bytes, "common.Address", out bool isLength) is { } reason)
                return isLength ? RpcError.InvalidArgument(0, reason) : args.Unmarshal(reason, "common.Address");
            var slots = new List<Hash256>();
            json.Read();
            if (json.TokenType != JsonTokenType.StartArray) return args.Unmarshal(args.GoKind(), "[]common.Hash");
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                if (json.TokenType != JsonTokenType.String) return args.Unmarshal("non-string", "common.Hash");
                if (StorageKey.Parse(json.ValueSpan, out Hash256 slot) is { } badKey) return badKey;
                if (++slotsRead > StorageValuesMax) return RpcError.InvalidParams($"too many slots (max {StorageValuesMax})");
                slots.Add(slot);
            }
            requests.Add((new Address(bytes), slots));
        }
        return null;
    }

    /// <summary>Only modules have storage. Their flat tables are keyed by record, so a slot is read where slots live: in the trie.</summary>
    private static RpcError? Word(CallContext context, in BlockSelector block, in Address address, in Hash256 slot, out Uint256 word)
    {
        word = Uint256.Zero;
        if (Blocks.State(context, block, out IStateView state) is { } missing) return missing;
        if (!state.TryGetAccount(address, out Account account) || !account.IsModule) return null;
        if (Blocks.Height(context, block, out ulong number) is { } unknown) return unknown;
        word = context.Chain.Prove(number, address, [slot]).Storage[0].Value;
        return null;
    }
}

/// <summary>A storage key as geth takes it: at most 32 bytes, padded on the left.</summary>
internal static class StorageKey
{
    private const int ShownBytesMax = 128;

    public static RpcError? Parse(ReadOnlySpan<byte> text, out Hash256 slot)
    {
        slot = default;
        ReadOnlySpan<byte> digits = HexText.HasPrefix(text) ? text[2..] : text;
        if (digits.Length > 64) return RpcError.InvalidParams($"storage key too long (want at most 32 bytes): \"{Shown(text)}\"");
        Span<byte> padded = stackalloc byte[64];
        padded.Fill((byte)'0');
        digits.CopyTo(padded[(64 - digits.Length)..]);
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        if (!HexText.TryDecode(padded, bytes)) return RpcError.InvalidParams($"invalid hex in storage key: \"{Shown(text)}\"");
        slot = new Hash256(bytes);
        return null;
    }

    private static string Shown(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text[..Math.Min(text.Length, ShownBytesMax)]);
}
