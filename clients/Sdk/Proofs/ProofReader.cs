using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Sdk.Proofs;

/// <summary>Fetches proofs from a node. Nothing here is checked: that is the proofs' own work.</summary>
public sealed class ProofReader(RpcClient rpc)
{
    private const int BlockBytesMax = 16 * 1024 * 1024;

    public async Task<FinalityProof> FinalityAsync(BlockRef block, CancellationToken cancel = default)
    {
        JsonElement finality = await rpc.CallAsync("dsdn_finality", [RpcValue.Node(block.ToString())], cancel);
        if (finality.ValueKind == JsonValueKind.Null) throw new DsdnException(ErrorCodes.NotFound, ErrorClass.Rejected, block.ToString());
        ulong number = finality.Field("number").ToUInt64();
        if (finality.OptionalField("certificate") is not { } certificate) throw new DsdnException(ErrorCodes.CertificateInvalid, ErrorClass.Integrity, $"the node has none for block {number}");
        JsonNode at = RpcValue.Node(RpcValue.Quantity(number));
        IReadOnlyList<RpcReply> replies = await rpc.BatchAsync(
        [
            new RpcRequest("dsdn_consensusHeader", at.DeepClone()),
            new RpcRequest("debug_getRawHeader", at.DeepClone()),
        ], cancel);
        if (!HeaderCodec.TryDecode(Must(replies[1], "debug_getRawHeader").ToBytes(), out Header? header)) throw RpcWire.BadReply("not a header");
        JsonElement signed = finality.Field("signBytes");
        return new FinalityProof(signed.Field("chainId").ToUInt64(), signed.Field("genesisHash").ToHash(), header,
            ReadConsensusHeader(Must(replies[0], "dsdn_consensusHeader")), ReadValidators(finality.Field("validators")), ReadCertificate(certificate));
    }

    /// <summary>The way from a trusted block to one of a proof, as short as the validators' changes allow; verified as it is fetched.</summary>
    /// <param name="nowMs">Milliseconds since 1970 on the verifier's clock.</param>
    /// <exception cref="DsdnException">DSDN-E-LIGHT-..., or the node's failure</exception>
    public async Task<TrustChain> TrustAsync(TrustedBlock trusted, FinalityProof finality, ulong nowMs, CancellationToken cancel = default)
    {
        (LightBlock? first, ChainParams? parameters) = await LightBlockAsync(trusted.Height, cancel);
        if (first is null || parameters is null) throw new DsdnException(FinalityProof.Invalid(ErrorCodes.LightUnavailable, trusted.ToString()));
        if (BlockHashes.Params(parameters) != first.Consensus.ParamsHash) throw new DsdnException(FinalityProof.Invalid(ErrorCodes.LightMalformed, "the parameters are not those of the trusted block"));
        LightOptions options = new TrustChain(parameters, []).Options(finality.ChainId, finality.GenesisHash);
        // A block that is trusted itself needs no trust period: nothing is concluded from its validators.
        if (trusted.Height == finality.Header.Number) return new TrustChain(parameters, [first]);
        var bisection = new Bisection(trusted.Height, trusted.Hash, finality.Header.Number, options);
        BisectionStep step = bisection.Give(first, nowMs);
        while (step is BisectionStep.Need need) step = bisection.Give((await LightBlockAsync(need.Height, cancel)).Block, nowMs);
        if (step is BisectionStep.Failed failed) throw new DsdnException(FinalityProof.Invalid(failed.Verdict.Code, failed.Verdict.Detail));
        return new TrustChain(parameters, ((BisectionStep.Verified)step).Trace);
    }

    private async Task<(LightBlock? Block, ChainParams? Parameters)> LightBlockAsync(ulong number, CancellationToken cancel)
    {
        JsonElement reply = await rpc.CallAsync("dsdn_getLightBlock", [RpcValue.Node(RpcValue.Quantity(number))], cancel);
        if (reply.ValueKind == JsonValueKind.Null) return (null, null);
        if (!ChainParamsCodec.TryDecode(reply.Field("params").ToBytes(), out ChainParams? parameters)) throw RpcWire.BadReply("params");
        return (ReadLightBlock(reply.Field("encoded").ToBytes()), parameters);
    }

    internal static LightBlock ReadLightBlock(byte[] encoded) => LightBlock.TryDecode(encoded, out LightBlock? block) ? block : throw RpcWire.BadReply("not a light block");

    public async Task<AccountClaim> AccountAsync(Address address, ulong number, CancellationToken cancel = default)
    {
        JsonElement proof = await rpc.CallAsync("eth_getProof", [RpcValue.Node(address.ToString()), new JsonArray(), RpcValue.Node(RpcValue.Quantity(number))], cancel);
        return new AccountClaim(address, proof.Field("nonce").ToUInt64(), proof.Field("balance").ToAmount(), proof.Field("storageHash").ToHash(),
            proof.Field("codeHash").ToHash(), proof.Field("accountProof").Items().Select(node => (ReadOnlyMemory<byte>)node.ToBytes()).ToArray());
    }

    public async Task<ReceiptClaim> ReceiptsAsync(ulong number, CancellationToken cancel = default)
    {
        JsonNode at = RpcValue.Node(RpcValue.Quantity(number));
        IReadOnlyList<RpcReply> replies = await rpc.BatchAsync([new RpcRequest("debug_getRawBlock", at.DeepClone()), new RpcRequest("debug_getRawReceipts", at.DeepClone())], cancel);
        return new ReceiptClaim(ReadTransactions(Must(replies[0], "debug_getRawBlock").ToBytes()),
            Must(replies[1], "debug_getRawReceipts").Items().Select(receipt => (ReadOnlyMemory<byte>)receipt.ToBytes()).ToArray());
    }

    /// <summary>What the node heard while the height was decided; null where it keeps none of it.</summary>
    public async Task<IReadOnlyList<SignedVote>?> VotesAsync(ulong number, CancellationToken cancel = default)
    {
        JsonElement reply = await rpc.CallAsync("dsdn_votes", [RpcValue.Node(RpcValue.Quantity(number))], cancel);
        return reply.ValueKind == JsonValueKind.Null ? null : VoteList.Read(reply.Field("votes"), number);
    }

    internal static ValidatorSet ReadValidators(JsonElement validators) => new(validators.Items().Select(one => new Validator(
        one.Field("operator").ToAddress(), one.Field("consensusKey").ToBytes(), one.Field("power").ToUInt64(), one.Field("payout").ToAddress())).ToArray());

    private static Certificate ReadCertificate(JsonElement certificate) => new(
        certificate.Field("height").ToUInt64(), (uint)Math.Min(certificate.Field("round").ToUInt64(), uint.MaxValue), certificate.Field("blockHash").ToHash(),
        certificate.Field("signers").ToBytes(), certificate.Field("signatures").Items().Select(signature => (ReadOnlyMemory<byte>)signature.ToBytes()).ToArray());

    private static ConsensusHeader ReadConsensusHeader(JsonElement header) => new()
    {
        Version = (uint)Math.Min(header.Field("version").ToUInt64(), uint.MaxValue),
        ChainId = header.Field("chainId").ToUInt64(),
        Height = header.Field("height").ToUInt64(),
        TimeMs = header.Field("timeMs").ToUInt64(),
        Proposer = header.Field("proposer").ToAddress(),
        LastCommitHash = header.Field("lastCommitHash").ToHash(),
        ValidatorsHash = header.Field("validatorsHash").ToHash(),
        NextValidatorsHash = header.Field("nextValidatorsHash").ToHash(),
        ParamsHash = header.Field("paramsHash").ToHash(),
        EvidenceHash = header.Field("evidenceHash").ToHash(),
        VrfProofHash = header.Field("vrfProofHash").ToHash(),
        Beacon = header.Field("beacon").ToHash(),
        ModuleRootsHash = header.Field("moduleRootsHash").ToHash(),
        LogAnchorRoot = header.Field("logAnchorRoot").ToHash(),
    };

    /// <summary>rlp([header, transactions, []]): a legacy transaction is a list, a typed one a byte string.</summary>
    private static IReadOnlyList<ReadOnlyMemory<byte>> ReadTransactions(byte[] block)
    {
        var reader = new RlpReader(block, inputBytesMax: BlockBytesMax);
        if (!reader.TryReadList(out RlpReader fields) || !fields.TryReadEncoded(out _) || !fields.TryReadList(out RlpReader transactions)) throw RpcWire.BadReply("not a block");
        var raw = new List<ReadOnlyMemory<byte>>();
        while (!transactions.AtEnd)
        {
            bool isLegacy = transactions.NextIsList;
            ReadOnlySpan<byte> item;
            if (!(isLegacy ? transactions.TryReadEncoded(out item) : transactions.TryReadBytes(out item))) throw RpcWire.BadReply("not a block");
            raw.Add(item.ToArray());
        }
        return raw;
    }

    private static JsonElement Must(RpcReply reply, string method) =>
        reply.Error is null ? reply.Result : throw new DsdnException(RpcFailure.From(method, reply.Error));
}
