using System.Net;
using System.Net.Sockets;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Consensus.Network.Identity;
using Dsdn.Consensus.Signing;
using Dsdn.Node.RemoteSigning;
using Dsdn.Node.Validation;

namespace Dsdn.Node.Tests.RemoteSigning;

/// <summary>A key in another process, over real sockets and mutual TLS.</summary>
public sealed class RemoteSignerTests
{
    [Fact]
    public async Task ASignatureComesOverTheWireAndTheSameRequestGetsTheSameAgain()
    {
        await using var rig = new SignerRig();
        await rig.StartAsync();
        RemoteVoteSigner signer = rig.Connect();
        byte[] message = SignerRig.Prevote(5, 0, "a");
        byte[] signature = signer.Sign(5, 0, SignStep.Prevote, message);
        Assert.True(Ed25519.Verify(message, signature, rig.Key.PublicKey.Span));
        Assert.Equal(signature, signer.Sign(5, 0, SignStep.Prevote, message));
        Assert.Equal((5UL, 0U, SignStep.Prevote), (signer.Last.Height, signer.Last.Round, signer.Last.Step));
        Assert.Equal(rig.Key.ProveBeacon(SignerRig.Chain.ChainId, 6, Hash256.Zero), signer.ProveBeacon(SignerRig.Chain.ChainId, 6, Hash256.Zero));
    }

    [Fact]
    public async Task ASecondMessageInOnePlaceIsRefusedWithItsCodeWhoeverAsks()
    {
        await using var rig = new SignerRig();
        await rig.StartAsync();
        rig.Connect().Sign(5, 1, SignStep.Prevote, SignerRig.Prevote(5, 1, "a"));
        RemoteVoteSigner other = rig.Connect(); // another process of the same node
        Assert.Equal("DSDN-E-DOUBLE-SIGN", Assert.Throws<DoubleSignException>(() => other.Sign(5, 1, SignStep.Prevote, SignerRig.Prevote(5, 1, "b"))).Code);
        Assert.Throws<DoubleSignException>(() => other.Sign(5, 0, SignStep.Prevote, SignerRig.Prevote(5, 0, "b")));
        Assert.Equal(5UL, other.Last.Height); // told when it connected
        Assert.Equal(64, other.Sign(6, 0, SignStep.Prevote, SignerRig.Prevote(6, 0, "b")).Length);
    }

    [Fact]
    public async Task TheRecordOutlastsTheSigner()
    {
        await using var rig = new SignerRig();
        await rig.StartAsync();
        RemoteVoteSigner signer = rig.Connect();
        byte[] signature = signer.Sign(5, 1, SignStep.Prevote, SignerRig.Prevote(5, 1, "a"));
        await rig.StopAsync();
        Assert.Throws<SignerAwayException>(() => signer.Sign(6, 0, SignStep.Prevote, SignerRig.Prevote(6, 0, "a")));
        await rig.StartAsync();
        Assert.Equal(signature, await AgainAsync(() => signer.Sign(5, 1, SignStep.Prevote, SignerRig.Prevote(5, 1, "a"))));
        Assert.Throws<DoubleSignException>(() => signer.Sign(5, 1, SignStep.Prevote, SignerRig.Prevote(5, 1, "b")));
    }

    /// <summary>The write that tore was of a signature that never left the signer; the one before binds.</summary>
    [Fact]
    public async Task ATornRecordStillBindsToTheSignatureBefore()
    {
        await using var rig = new SignerRig();
        await rig.StartAsync();
        RemoteVoteSigner signer = rig.Connect();
        signer.Sign(5, 0, SignStep.Prevote, SignerRig.Prevote(5, 0, "a"));
        signer.Sign(6, 0, SignStep.Prevote, SignerRig.Prevote(6, 0, "a"));
        await rig.StopAsync();
        byte[] slots = await File.ReadAllBytesAsync(rig.Record);
        bool isFirst = slots.AsSpan(0, 8).SequenceCompareTo(slots.AsSpan(4096, 8)) > 0;
        slots[(isFirst ? 0 : 4096) + 60] ^= 0xff;
        await File.WriteAllBytesAsync(rig.Record, slots);
        await rig.StartAsync();
        RemoteVoteSigner again = rig.Connect();
        Assert.Throws<DoubleSignException>(() => again.Sign(5, 0, SignStep.Prevote, SignerRig.Prevote(5, 0, "b")));
        Assert.Equal(64, again.Sign(6, 0, SignStep.Prevote, SignerRig.Prevote(6, 0, "b")).Length);
        await rig.StopAsync();
        await File.WriteAllBytesAsync(rig.Record, new byte[8192]);
        await Assert.ThrowsAsync<InvalidDataException>(rig.StartAsync);
    }

    [Fact]
    public async Task ANodeThatTheSignerWasNotToldIsNotServed()
    {
        await using var rig = new SignerRig();
        await rig.StartAsync();
        RemoteVoteSigner stranger = rig.Connect(NodeIdentity.Create());
        Assert.Equal("DSDN-E-SIGNER-AWAY", Assert.Throws<SignerAwayException>(() => stranger.Sign(5, 0, SignStep.Prevote, SignerRig.Prevote(5, 0, "a"))).Code);
        await rig.StopAsync();
        using LastSignFile record = LastSignFile.Open(rig.Record);
        Assert.Equal(0UL, record.Last.Height);
    }

    [Fact]
    public async Task ASignerThatIsNotTheOneMeantIsRefusedInTheHandshake()
    {
        await using var rig = new SignerRig();
        await rig.StartAsync();
        using NodeIdentity meant = NodeIdentity.Create();
        RemoteVoteSigner signer = rig.Connect(id: meant.Id);
        Assert.Contains("DSDN-E-PEER-UNEXPECTED", Assert.Throws<SignerAwayException>(() => signer.Sign(5, 0, SignStep.Prevote, SignerRig.Prevote(5, 0, "a"))).Message);
        RemoteVoteSigner otherChain = rig.Connect(chain: SignerRig.Chain with { ChainId = 1 });
        Assert.Throws<SignerAwayException>(() => otherChain.Sign(5, 0, SignStep.Prevote, SignerRig.Prevote(5, 0, "a")));
    }

    /// <summary>The signer believes nothing that a node says: not the place, not the chain, not that the bytes are a message.</summary>
    [Theory]
    [InlineData("another chain", "DSDN-E-SIGNER-CHAIN")]
    [InlineData("another genesis", "DSDN-E-SIGNER-CHAIN")]
    [InlineData("another height", "DSDN-E-SIGNER-MALFORMED")]
    [InlineData("another round", "DSDN-E-SIGNER-MALFORMED")]
    [InlineData("another step", "DSDN-E-SIGNER-MALFORMED")]
    [InlineData("no step", "DSDN-E-SIGNER-MALFORMED")]
    [InlineData("another tag", "DSDN-E-SIGNER-MALFORMED")]
    [InlineData("padding", "DSDN-E-SIGNER-MALFORMED")]
    [InlineData("time of a vote", "DSDN-E-SIGNER-MALFORMED")]
    [InlineData("too short", "DSDN-E-SIGNER-MALFORMED")]
    [InlineData("a transaction", "DSDN-E-SIGNER-MALFORMED")]
    [InlineData("proof of a later lock", "DSDN-E-SIGNER-MALFORMED")]
    public async Task WhatIsNoMessageOfThatPlaceIsNotSigned(string what, string code)
    {
        await using var rig = new SignerRig();
        await rig.StartAsync();
        RemoteVoteSigner signer = rig.Connect();
        (ulong height, uint round, SignStep step) = (5UL, 2U, SignStep.Prevote);
        byte[] message = SignerRig.Prevote(5, 2, "a");
        switch (what)
        {
            case "another chain": message = SignerRig.Prevote(5, 2, "a", SignerRig.Chain with { ChainId = 1 }); break;
            case "another genesis": message = SignerRig.Prevote(5, 2, "a", SignerRig.Chain with { GenesisHash = Hash256.Zero }); break;
            case "another height": height = 6; break;
            case "another round": round = 3; break;
            case "another step": step = SignStep.Precommit; break;
            case "no step": step = SignStep.None; break;
            case "another tag": message[3] ^= 1; break;
            case "padding": message[58] = 1; break;
            case "time of a vote": message[83] = 1; break;
            case "too short": message = message[..^1]; break;
            case "a transaction": message = new byte[160]; System.Security.Cryptography.RandomNumberGenerator.Fill(message); SignerRig.Prevote(5, 2, "a").AsSpan(32, 24).CopyTo(message.AsSpan(32)); break;
            case "proof of a later lock": message = SignBytes.Prevote(SignerRig.Chain.ChainId, SignerRig.Chain.GenesisHash, 5, 2, 2, Keccak.Hash("a"u8)); break;
        }
        Assert.Equal(code, Assert.Throws<SignerRefusedException>(() => signer.Sign(height, round, step, message)).Code);
        Assert.Equal(64, signer.Sign(1, 0, SignStep.Proposal, SignBytes.Proposal(SignerRig.Chain.ChainId, SignerRig.Chain.GenesisHash, 1, 0, -1, 1, Keccak.Hash("a"u8), Keccak.Hash("p"u8))).Length);
    }

    [Fact]
    public async Task ASignerWithAnotherKeyThanTheOneMeantRefuses()
    {
        await using var rig = new SignerRig();
        await rig.StartAsync();
        RemoteVoteSigner signer = rig.Connect(key: new ConsensusKey(new byte[32]));
        Assert.Throws<SignerAwayException>(() => signer.ProveBeacon(SignerRig.Chain.ChainId, 6, Hash256.Zero)); // a beacon is no reason to connect
        Assert.Equal("DSDN-E-SIGNER-KEY", Assert.Throws<SignerRefusedException>(() => signer.Sign(5, 0, SignStep.Prevote, SignerRig.Prevote(5, 0, "a"))).Code);
        Assert.Equal("DSDN-E-SIGNER-KEY", Assert.Throws<SignerRefusedException>(() => signer.ProveBeacon(SignerRig.Chain.ChainId, 6, Hash256.Zero)).Code);
    }

    [Fact]
    public async Task ASignerWhoseRecordIsEmptyDoesNotServe()
    {
        await using var rig = new SignerRig();
        LastSignFile.Open(rig.Record).Dispose();
        await Assert.ThrowsAsync<ArgumentException>(rig.StartAsync);
    }

    /// <summary>Somebody answers the connection and then says nothing: the call ends at its deadline.</summary>
    [Fact]
    public async Task ASignerThatIsSilentIsAway()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using NodeIdentity meant = NodeIdentity.Create();
        using var link = new SignerLink(
            new SignerAddress("127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port, meant.Id, ConnectMs: 200), NodeIdentity.Create(), SignerRig.Chain, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await Assert.ThrowsAsync<SignerAwayException>(() => Task.Run(link.Describe));
        Assert.True(link.IsAway);
    }

    /// <summary>While the link pauses after a failure calls fail at once.</summary>
    private static async Task<byte[]> AgainAsync(Func<byte[]> sign)
    {
        while (true)
        {
            try
            {
                return sign();
            }
            catch (SignerAwayException)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }
}
