using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Log.Availability;
using Dsdn.Chain.Primitives;
using Dsdn.Coordinator.Audits;
using Dsdn.Genesis;
using Dsdn.Log.Audits;
using Dsdn.Log.Tests.Audits;
using Dsdn.Log.Tests.Kit;
using Dsdn.Modules;
using Dsdn.Modules.Nodes;
using Dsdn.Node.Tests.Cli;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Modules;
using Dsdn.Sdk.Modules.Generated;
using Dsdn.Sdk.Rpc;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dsdn.Node.Tests.Coordinator;

/// <summary>A node that signs two answers for one leaf: noticed where its sheets come in, proven, and brought to the chain once.</summary>
public sealed class LieTests(DevnetNode node) : IClassFixture<DevnetNode>, IDisposable
{
    private const ulong ChainId = GenesisTemplates.DevnetChainId;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly byte[] Content = new byte[3_000], Made = [.. new byte[1_030], 1, .. new byte[1_969]];

    private readonly string _folder = Directory.CreateTempSubdirectory("dsdn-lies-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The auditor flags every other sheet; only one that shows other bytes is a lie.</summary>
    [Fact]
    public async Task SheetsOfAnOpenAuditConvictWhenTheyContradict()
    {
        AuditRig rig = new AuditRig().Seeded();
        Auditor auditor = new();
        auditor.Follow(rig.State);
        (SheetDesk desk, LieReports lies) = Desk(LogKeys.ChainId, auditor.Take);
        AnswerSheet honest = rig.Sheet("n0");
        Assert.Equal(SheetOutcome.Taken, await desk.TakeAsync(honest));
        Assert.Equal(SheetOutcome.Contradicts, await desk.TakeAsync(rig.Sheet("n0", _ => false))); // to have lost it is no lie
        Assert.Equal(SheetOutcome.Taken, await desk.TakeAsync(rig.Sheet("n1")));
        Assert.Empty(lies.Due());
        AnswerSheet made = rig.Lie("n0", draw => new AuditAnswer(draw.Number, draw.Replica.ChunkId, draw.Replica.Slot, rig.Leaf(draw) with { Content = new byte[rig.Leaf(draw).Content.Length] }));
        Assert.Equal(SheetOutcome.Contradicts, await desk.TakeAsync(made));
        LieReport lie = Assert.Single(lies.Due());
        Assert.Equal((AuditRig.Id("n0"), 1UL), (lie.NodeId, lie.Epoch));
    }

    [Fact]
    public async Task NothingIsALieThatTheNodeDidNotSign()
    {
        byte[] seed = Seed("unsigned");
        (SheetDesk desk, LieReports lies) = Desk(ChainId);
        await desk.TakeAsync(Sheet(seed, 7, Content));
        AnswerSheet forged = AnswerSheet.Seal(ChainId, Id(seed), 7, Sheet(seed, 7, Made).Answers, static _ => new byte[64]);
        Assert.Equal(SheetOutcome.Unsigned, await desk.TakeAsync(forged));
        await desk.TakeAsync(Sheet(seed, 8, Made)); // of another audit
        await desk.TakeAsync(Sheet(Seed("another"), 7, Made));
        Assert.Empty(lies.Due());
    }

    /// <summary>The other answer may come when the verdict is in the log, and after a restart.</summary>
    [Fact]
    public async Task SheetThatComesTooLateConvictsStill()
    {
        byte[] seed = Seed("late");
        (SheetDesk before, _) = Desk(ChainId);
        await before.TakeAsync(Sheet(seed, 7, Content));
        (SheetDesk desk, LieReports lies) = Desk(ChainId, static _ => SheetOutcome.NotAsked);
        await desk.RestoreAsync(7);
        Assert.Empty(lies.Due());
        await desk.TakeAsync(Sheet(seed, 7, Made));
        Assert.Single(lies.Due());
    }

    [Fact]
    public async Task SheetThatContradictsItselfConvicts()
    {
        byte[] seed = Seed("alone");
        (SheetDesk desk, LieReports lies) = Desk(ChainId);
        await desk.TakeAsync(AnswerSheet.Seal(ChainId, Id(seed), 7, [.. Answers(seed, Content), .. Answers(seed, Made)], message => Sign(seed, message)));
        Assert.Single(lies.Due());
    }

    [Fact]
    public async Task ProofIsKeptUntilTheChainTookItAndNotMadeAgain()
    {
        byte[] seed = Seed("kept");
        (SheetDesk desk, LieReports lies) = Desk(ChainId);
        foreach (ulong audit in (ulong[])[8, 7])
        {
            await desk.TakeAsync(Sheet(seed, audit, Content));
            await desk.TakeAsync(Sheet(seed, audit, Made));
        }
        (desk, lies) = Desk(ChainId);
        Assert.Equal([7UL, 8UL], lies.Due().Select(static lie => lie.Epoch)); // as the chain takes them
        foreach (LieReport lie in lies.Due()) lies.Done(lie);
        Assert.Empty(lies.Due());
        await desk.RestoreAsync(7);
        await desk.TakeAsync(Sheet(seed, 7, [.. Made.Reverse()]));
        Assert.Empty(lies.Due());
        File.WriteAllBytes(Path.Combine(_folder, "lies", "9-00.lie"), [0, 0, 0, 9, 1]);
        Assert.Empty(lies.Due());
        lies.Prune(DateTimeOffset.UtcNow.AddDays(15));
        Assert.Equal("9-00.lie", Path.GetFileName(Assert.Single(Directory.GetFiles(Path.Combine(_folder, "lies")))));
    }

    /// <summary>Through the real module: the node is fined and banned, and the proof is brought once.</summary>
    [Fact]
    public async Task LieIsReportedOnTheChainOnce()
    {
        using Wallet wallet = Wallet.FromMnemonic(DevnetNode.Mnemonic);
        using Account storer = wallet.Account(5), payer = wallet.Account(6);
        using var rpc = new RpcClient(new Uri(node.Url));
        var chain = new ChainClient(rpc);
        var modules = new ModuleClient(chain);
        byte[] seed = Seed("liar");
        byte[] proof = Sign(seed, ProofOfPossession.NodeMessage(ChainId, storer.Address, Id(seed)));
        await chain.SendAsync(await modules.PrepareAsync(NodesClient.Register(Amount.Nusa(500), Id(seed), proof, 0, 1, Keccak.Hash([1])), storer.Address), storer, Patience);

        (SheetDesk desk, LieReports lies) = Desk(ChainId);
        await desk.TakeAsync(Sheet(seed, 7, Content));
        await desk.TakeAsync(Sheet(seed, 7, Made));
        byte[] nobody = Seed("nobody"); // of which the chain knows nothing: it is not brought for ever
        await desk.TakeAsync(Sheet(nobody, 7, Content));
        await desk.TakeAsync(Sheet(nobody, 7, Made));
        Assert.Equal(2, lies.Due().Count);

        await RunAsync(lies, chain, payer);
        SlashingStorageReportResult report = await modules.QueryAsync(SlashingClient.StorageReport(Id(seed)));
        Assert.Equal((7UL, 1UL, (Uint256)Amount.Nusa(50).BaseUnits), (report.LastLie, report.Reports, report.Taken));
        ulong nonce = await chain.NonceAsync(payer.Address);

        // A coordinator that lost its folder finds it out anew, and the chain has it already.
        Directory.Delete(Path.Combine(_folder, "lies"), recursive: true);
        (SheetDesk again, lies) = Desk(ChainId);
        await again.RestoreAsync(7);
        Assert.Equal(2, lies.Due().Count);
        await RunAsync(lies, chain, payer);
        Assert.Equal(nonce, await chain.NonceAsync(payer.Address));
        Assert.Equal(1UL, (await modules.QueryAsync(SlashingClient.StorageReport(Id(seed)))).Reports);
    }

    private static async Task RunAsync(LieReports lies, ChainClient chain, Account payer)
    {
        using var stop = new CancellationTokenSource(Patience);
        Task running = new ReportLine(new FaultReports(), lies, chain, payer, TimeSpan.FromMilliseconds(50), TimeProvider.System, NullLogger.Instance).RunAsync(stop.Token);
        while (lies.Due().Count > 0 && !stop.IsCancellationRequested) await Task.Delay(20);
        await stop.CancelAsync();
        await running;
        Assert.Empty(lies.Due());
    }

    private (SheetDesk Desk, LieReports Lies) Desk(ulong chainId, Func<AnswerSheet, SheetOutcome>? judge = null)
    {
        AnswerStore answers = new(Path.Combine(_folder, "audits"), chainId);
        LieReports lies = new(Path.Combine(_folder, "lies"), chainId, answers);
        return (new SheetDesk(answers, lies, sheet => Task.FromResult(judge?.Invoke(sheet) ?? SheetOutcome.Taken), NullLogger.Instance), lies);
    }

    private static AnswerSheet Sheet(byte[] seed, ulong audit, byte[] content) => AnswerSheet.Seal(ChainId, Id(seed), audit, Answers(seed, content), message => Sign(seed, message));

    private static AuditAnswer[] Answers(byte[] seed, byte[] content) => [.. Enumerable.Range(0, 3).Select(i => new AuditAnswer((uint)i, Id(seed), 1, ChunkRoot.Prove(content, [(uint)i])[0]))];

    private static byte[] Seed(string name) => Keccak.Hash(System.Text.Encoding.ASCII.GetBytes(name)).ToArray();

    private static Hash256 Id(byte[] seed)
    {
        byte[] key = new byte[32];
        Ed25519.PublicKey(seed, key);
        return new Hash256(key);
    }

    private static byte[] Sign(byte[] seed, byte[] message)
    {
        byte[] signature = new byte[64];
        Ed25519.Sign(message, seed, signature);
        return signature;
    }
}
