using Dsdn.Chain.Blocks;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Rpc;
using Dsdn.Transfers.Network;
using Dsdn.Transfers.Posting;
using Dsdn.Transfers.Tests.Cli;
using Dsdn.Transfers.Tests.Doubles;
using Dsdn.Transfers.Uploading;

namespace Dsdn.Transfers.Tests;

/// <summary>A coordinator that says an upload is certified is held against the validators that the chain names.</summary>
public sealed class CertificateTests
{
    /// <summary>What a coordinator can make up without two thirds of the validators.</summary>
    public static TheoryData<string> Forgeries => ["signature", "signer", "power", "statement", "other batch", "other chain", "expired", "kept for ever", "bytes"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task AForgedCertificateIsRefusedAtOnce(string what)
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 0);
        rig.Log.Certify = seq => Forge(rig, what, seq);
        using StorageNetwork network = rig.Connect();
        DsdnException refused = await Assert.ThrowsAsync<DsdnException>(() => new LogWatch(network).CertifiedAsync(1, default));
        Assert.Equal((TransferCodes.Certificate, ErrorClass.Integrity, "1"), (refused.Error.Code, refused.Error.Class, refused.Error.Arguments[0]));
    }

    [Fact]
    public async Task AnUploadIsNotDoneOnAForgedCertificate()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 3);
        string path = rig.Write("a.bin", 100);
        rig.Log.Certify = seq => Forge(rig, "signature", seq);
        DsdnException refused = await Assert.ThrowsAsync<DsdnException>(() => rig.UploadAsync(path));
        Assert.Equal(TransferCodes.Certificate, refused.Error.Code);
        rig.Log.Certify = null; // another coordinator: the same call goes on
        int declared = rig.Log.Events.OfType<ChunkDeclared>().Count();
        Assert.Equal(UploadState.Certified, (await rig.UploadAsync(path)).State);
        Assert.Equal(declared, rig.Log.Events.OfType<ChunkDeclared>().Count());
    }

    /// <summary>Signed well, by validators that a coordinator made for itself.</summary>
    [Fact]
    public async Task ValidatorsThatTheChainDoesNotKnowCertifyNothing()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 0);
        TestValidators made = new();
        rig.Log.Certify = seq => made.Certify(made.Statement(rig.Log.Chain.ChainId, seq), 0, 1, 2, 3);
        using StorageNetwork network = rig.Connect(new HastyClock());
        DsdnException refused = await Assert.ThrowsAsync<DsdnException>(() => new LogWatch(network).CertifiedAsync(1, default));
        Assert.Equal(TransferCodes.Certificate, refused.Error.Code);
        Assert.True(rig.Log.Validators.Asked > 1); // the user's node may be a little behind
    }

    [Fact]
    public async Task ThreeOfFourValidatorsCertify()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 0);
        using StorageNetwork network = rig.Connect();
        await new LogWatch(network).CertifiedAsync(1, default);
        Assert.Equal(1, rig.Log.Validators.Asked);
    }

    /// <summary>Over JSON-RPC: the set that votes now, those before it as far as the node has them, and no other.</summary>
    [Fact]
    public async Task SetsComeFromTheChain()
    {
        await using TransferRig rig = await TransferRig.StartAsync(nodes: 0);
        ValidatorSet[] sets = [.. Enumerable.Range(0, 3).Select(static _ => new TestValidators().Set)];
        using var rpc = new ScriptedRpc(rig.Log.Chain) { Sets = { (1, sets[0]), (101, sets[1]), (140, sets[2]) } };
        using var client = new RpcClient(new Uri(rpc.Url));
        var known = new ChainValidatorSets(new ChainClient(client));
        foreach (ValidatorSet set in sets) Assert.Equal(BlockHashes.Validators(set), BlockHashes.Validators(Assert.IsType<ValidatorSet>(await known.FindAsync(BlockHashes.Validators(set), default))));
        Assert.Null(await known.FindAsync(BlockHashes.Validators(new TestValidators().Set), default));
        rpc.PrunedTo = 120;
        Assert.NotNull(await known.FindAsync(BlockHashes.Validators(sets[1]), default));
        Assert.Null(await known.FindAsync(BlockHashes.Validators(sets[0]), default));
    }

    private static byte[] Forge(TransferRig rig, string what, ulong seq)
    {
        TestValidators validators = rig.Log.Validators, made = new();
        DaStatement honest = validators.Statement(rig.Log.Chain.ChainId, seq);
        byte[] signed = validators.Certify(honest, 0, 1, 2);
        return what switch
        {
            "signature" => [.. signed[..^1], (byte)(signed[^1] ^ 1)],
            "signer" => made.Certify(honest, 0, 1, 2),
            "power" => validators.Certify(honest, 0, 1),
            "statement" => DaCertificateCodec.Encode(Read(signed) with { Statement = honest with { CoreHash = new Hash256([.. Enumerable.Repeat((byte)1, 32)]) } }),
            "other batch" => validators.Certify(honest with { Seq = seq + 1 }, 0, 1, 2),
            "other chain" => validators.Certify(honest with { ChainId = 1 }, 0, 1, 2),
            "expired" => validators.Certify(honest with { CreatedMs = 1, ExpiresMs = 1 + DaStatement.KeptMs }, 0, 1, 2),
            "kept for ever" => validators.Certify(honest with { ExpiresMs = ulong.MaxValue }, 0, 1, 2),
            _ => [1, 2, 3],
        };
    }

    private static DaCertificate Read(byte[] bytes)
    {
        DaCertificateCodec.TryDecode(bytes, out DaCertificate? certificate);
        return Assert.IsType<DaCertificate>(certificate);
    }

    /// <summary>Some seconds pass whenever it is looked at.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private int _looks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddSeconds(Interlocked.Add(ref _looks, 2));
    }
}
