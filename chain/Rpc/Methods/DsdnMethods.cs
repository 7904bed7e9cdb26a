using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Json;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Rpc.Methods;

/// <summary>What Ethereum has no word for: modules, records behind storage words, and the proof that a block is final.</summary>
internal static class DsdnMethods
{
    /// <summary>[] of {name, address, abi, solidity}.</summary>
    public static RpcError? Modules(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Byte((byte)'[');
        for (int i = 0; i < context.Chain.Modules.Count; i++)
        {
            ModuleDescription module = context.Chain.Modules[i];
            reply.Raw(i == 0 ? "{\"name\":"u8 : ",{\"name\":"u8);
            reply.Text(module.Name);
            reply.Raw(",\"address\":"u8);
            reply.Hex(module.Address);
            reply.Raw(",\"abi\":"u8);
            reply.Raw(System.Text.Encoding.UTF8.GetBytes(module.AbiJson));
            reply.Raw(",\"solidity\":"u8);
            reply.Text(module.Solidity);
            reply.Byte((byte)'}');
        }
        reply.Byte((byte)']');
        return null;
    }

    /// <summary>
    /// (module address, table id, key bytes, block) to {module, table, key, slot, word, value}: eth_getProof proves the word at
    /// the slot, and a record's word is Keccak256(0x01 | value) (chain-decisions 1.7). value is null where no record exists.
    /// </summary>
    public static RpcError? GetRecord(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        Address module = args.Address();
        ulong table = args.Number();
        byte[] key = args.Bytes();
        BlockSelector block = args.Block();
        if (args.End() is { } error) return error;
        if (table > ushort.MaxValue) return RpcError.InvalidArgument(1, "table id above 16 bits");
        int number = module.Span[19] - (RecordKey.ModuleBase & 0xff);
        if (number is < 0 or > byte.MaxValue || module != Address.FromNumber((ushort)(RecordKey.ModuleBase + number)))
            return RpcError.InvalidArgument(0, "not the address of a module");
        if (Blocks.State(context, block, out IStateView state) is { } missing) return missing;
        byte[] flatKey = RecordKey.Make((byte)number, (ushort)table, key);
        bool exists = state.TryGetRecord(flatKey, out ReadOnlyMemory<byte> value);
        reply.Raw("{\"module\":"u8);
        reply.Hex(module);
        reply.Raw(",\"table\":"u8);
        reply.Quantity(table);
        reply.Raw(",\"key\":"u8);
        reply.Hex(key);
        reply.Raw(",\"slot\":"u8);
        reply.Hex(RecordKey.Slot(flatKey));
        reply.Raw(",\"word\":"u8);
        reply.Word(exists ? RecordKey.Word(flatKey, value.Span) : Uint256.Zero);
        reply.Raw(",\"value\":"u8);
        if (exists) reply.Hex(value.Span);
        else reply.Raw("null"u8);
        reply.Byte((byte)'}');
        return null;
    }

    /// <summary>The certificate of a block, the set that signed it, and the inputs of the bytes they signed (rulings 6).</summary>
    public static RpcError? Finality(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        BlockSelector block = args.Block();
        if (args.End() is { } error) return error;
        if (Blocks.Find(context, block.Kind == BlockKind.Pending ? BlockSelector.Latest : block, out BlockData? data) is { } missing) return missing;
        if (data is null)
        {
            reply.Raw("null"u8);
            return null;
        }
        ulong number = data.Block.Header.Number;
        reply.Raw("{\"number\":"u8);
        reply.Quantity(number);
        reply.Raw(",\"hash\":"u8);
        reply.Hex(data.Block.Hash);
        reply.Raw(",\"certificate\":"u8);
        Certificate? certificate = context.Chain.CertificateAt(number);
        if (certificate is null) reply.Raw("null"u8);
        else WriteCertificate(reply, certificate);
        reply.Raw(",\"validators\":"u8);
        WriteValidators(reply, context.Chain.ValidatorsAt(number));
        reply.Raw(",\"signBytes\":"u8);
        if (certificate is null) reply.Raw("null"u8);
        else WriteSignBytesInputs(context, reply, certificate);
        reply.Byte((byte)'}');
        return null;
    }

    public static RpcError? ConsensusHeader(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        BlockSelector block = args.Block();
        if (args.End() is { } error) return error;
        if (Blocks.Find(context, block, out BlockData? data) is { } missing) return missing;
        if (data?.Block.Consensus is not { } header)
        {
            reply.Raw("null"u8);
            return null;
        }
        reply.Raw("{\"version\":"u8);
        reply.Quantity(header.Version);
        Member(reply, ",\"chainId\":"u8, header.ChainId);
        Member(reply, ",\"height\":"u8, header.Height);
        Member(reply, ",\"timeMs\":"u8, header.TimeMs);
        reply.Raw(",\"proposer\":"u8);
        reply.Hex(header.Proposer);
        Member(reply, ",\"lastCommitHash\":"u8, header.LastCommitHash);
        Member(reply, ",\"validatorsHash\":"u8, header.ValidatorsHash);
        Member(reply, ",\"nextValidatorsHash\":"u8, header.NextValidatorsHash);
        Member(reply, ",\"paramsHash\":"u8, header.ParamsHash);
        Member(reply, ",\"evidenceHash\":"u8, header.EvidenceHash);
        Member(reply, ",\"vrfProofHash\":"u8, header.VrfProofHash);
        Member(reply, ",\"beacon\":"u8, header.Beacon);
        Member(reply, ",\"moduleRootsHash\":"u8, header.ModuleRootsHash);
        Member(reply, ",\"logAnchorRoot\":"u8, header.LogAnchorRoot);
        reply.Byte((byte)'}');
        return null;
    }

    /// <summary>
    /// {number, hash, encoded, params}: headers, certificate and the sets that vote on the block and on the next one, as
    /// <see cref="LightBlock.Encode"/> writes them, and the chain's parameters, whose hash is in the header. null at block 0.
    /// </summary>
    public static RpcError? GetLightBlock(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        BlockSelector block = args.Block();
        if (args.End() is { } error) return error;
        if (Blocks.Height(context, block.Kind == BlockKind.Pending ? BlockSelector.Latest : block, out ulong number) is { } missing) return missing;
        if (context.Chain.LightBlockAt(number) is not { } light)
        {
            reply.Raw("null"u8);
            return null;
        }
        reply.Raw("{\"number\":"u8);
        reply.Quantity(number);
        Member(reply, ",\"hash\":"u8, light.Hash);
        reply.Raw(",\"encoded\":"u8);
        reply.Hex(light.Encode());
        reply.Raw(",\"params\":"u8);
        reply.Hex(ChainParamsCodec.Encode(context.Chain.Parameters));
        reply.Byte((byte)'}');
        return null;
    }

    public static RpcError? NodeInfo(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Raw("{\"clientVersion\":"u8);
        reply.Text(context.Options.ClientVersion);
        Member(reply, ",\"chainId\":"u8, context.Chain.ChainId);
        Member(reply, ",\"genesisHash\":"u8, context.Chain.GenesisHash);
        Member(reply, ",\"headNumber\":"u8, context.Head.Number);
        Member(reply, ",\"headHash\":"u8, context.Head.Block.Hash);
        Member(reply, ",\"stateRoot\":"u8, context.Head.Block.Header.StateRoot);
        Member(reply, ",\"headTimeMs\":"u8, context.Head.Block.Consensus?.TimeMs ?? (context.Head.Block.Header.Timestamp * 1000));
        Member(reply, ",\"validators\":"u8, (ulong)context.Chain.ValidatorsAt(context.Head.Number).Validators.Count);
        Member(reply, ",\"peers\":"u8, (ulong)Math.Max(0, context.Node.Hooks.PeerCount?.Invoke() ?? 0));
        Member(reply, ",\"poolPending\":"u8, (ulong)context.Chain.Pool.PendingCount);
        Member(reply, ",\"poolQueued\":"u8, (ulong)context.Chain.Pool.QueuedCount);
        reply.Raw(",\"syncing\":"u8);
        reply.Bool(context.Node.Hooks.Syncing?.Invoke() is not null);
        reply.Byte((byte)'}');
        return null;
    }

    /// <summary>Where this node stands among its peers: what the process around the server says, unchanged.</summary>
    public static RpcError? NodeStatus(CallContext context, ref ParamReader args, ReplyWriter reply)
    {
        if (args.End() is { } error) return error;
        reply.Raw(System.Text.Encoding.UTF8.GetBytes(context.Node.Hooks.Status?.Invoke() ?? "null"));
        return null;
    }

    private static void WriteCertificate(ReplyWriter reply, Certificate certificate)
    {
        reply.Raw("{\"height\":"u8);
        reply.Quantity(certificate.Height);
        Member(reply, ",\"round\":"u8, certificate.Round);
        Member(reply, ",\"blockHash\":"u8, certificate.BlockHash);
        reply.Raw(",\"signers\":"u8);
        reply.Hex(certificate.Signers.Span);
        reply.Raw(",\"signatures\":["u8);
        for (int i = 0; i < certificate.Signatures.Count; i++)
        {
            if (i > 0) reply.Byte((byte)',');
            reply.Hex(certificate.Signatures[i].Span);
        }
        reply.Raw("]}"u8);
    }

    private static void WriteValidators(ReplyWriter reply, ValidatorSet set)
    {
        reply.Byte((byte)'[');
        for (int i = 0; i < set.Validators.Count; i++)
        {
            Validator validator = set.Validators[i];
            reply.Raw(i == 0 ? "{\"operator\":"u8 : ",{\"operator\":"u8);
            reply.Hex(validator.Operator);
            reply.Raw(",\"consensusKey\":"u8);
            reply.Hex(validator.ConsensusKey.Span);
            Member(reply, ",\"power\":"u8, validator.Power);
            reply.Raw(",\"payout\":"u8);
            reply.Hex(validator.Payout);
            reply.Byte((byte)'}');
        }
        reply.Byte((byte)']');
    }

    private static void WriteSignBytesInputs(CallContext context, ReplyWriter reply, Certificate certificate)
    {
        reply.Raw("{\"kind\":\"precommit\""u8);
        Member(reply, ",\"chainId\":"u8, context.Chain.ChainId);
        Member(reply, ",\"genesisHash\":"u8, context.Chain.GenesisHash);
        Member(reply, ",\"height\":"u8, certificate.Height);
        Member(reply, ",\"round\":"u8, certificate.Round);
        Member(reply, ",\"blockHash\":"u8, certificate.BlockHash);
        reply.Byte((byte)'}');
    }

    private static void Member(ReplyWriter reply, ReadOnlySpan<byte> name, ulong value)
    {
        reply.Raw(name);
        reply.Quantity(value);
    }

    private static void Member(ReplyWriter reply, ReadOnlySpan<byte> name, in Hash256 value)
    {
        reply.Raw(name);
        reply.Hex(value);
    }
}
