using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.Tests.Execution;

/// <summary>A foreign block with one wrong field is refused with that field's code and changes nothing.</summary>
public sealed class InvalidBlockTests
{
    private static readonly Hash256 Other = Hash256.Parse("0x" + new string('7', 64));

    public static TheoryData<string, Func<Block, Block>> Broken => new()
    {
        { "DSDN-E-BLOCK-CONSENSUS-HEADER", b => b with { Consensus = null } },
        { "DSDN-E-BLOCK-HASH", b => b with { Hash = Other } },
        { "DSDN-E-BLOCK-EXTRA-DATA", b => H(b, h => h with { ExtraData = Other }) },
        { "DSDN-E-BLOCK-VERSION", b => C(b, c => c with { Version = 2 }) },
        { "DSDN-E-BLOCK-CHAIN-ID", b => C(b, c => c with { ChainId = 1 }) },
        { "DSDN-E-BLOCK-PARENT", b => H(b, h => h with { ParentHash = Other }) },
        { "DSDN-E-BLOCK-NUMBER", b => H(b, h => h with { Number = 9 }) },
        { "DSDN-E-BLOCK-HEIGHT", b => C(b, c => c with { Height = 9 }) },
        { "DSDN-E-BLOCK-TIME", b => C(b, c => c with { TimeMs = 5 }) },
        { "DSDN-E-BLOCK-PROPOSER", b => C(b, c => c with { Proposer = Address.FromNumber(77) }) },
        { "DSDN-E-BLOCK-EVIDENCE", b => C(b with { Evidence = new byte[] { 1 } }, c => c with { EvidenceHash = BlockHashes.Evidence([1]) }) },
        { "DSDN-E-BLOCK-VRF-PROOF", b => C(b with { VrfProof = new byte[] { 1 } }, c => c with { VrfProofHash = BlockHashes.VrfProof([1]) }) },
        { "DSDN-E-BLOCK-LAST-COMMIT", b => C(b with { LastCommit = null }, c => c with { LastCommitHash = Hash256.Zero }) },
        { "DSDN-E-BLOCK-COINBASE", b => H(b, h => h with { Coinbase = Address.FromNumber(77) }) },
        { "DSDN-E-BLOCK-GAS-LIMIT", b => H(b, h => h with { GasLimit = h.GasLimit + 1 }) },
        { "DSDN-E-BLOCK-BASE-FEE", b => H(b, h => h with { BaseFeePerGas = Amount.Gwei(2) }) },
        { "DSDN-E-BLOCK-TIMESTAMP", b => H(b, h => h with { Timestamp = h.Timestamp + 1 }) },
        { "DSDN-E-BLOCK-MIX-HASH", b => H(b, h => h with { MixHash = Other }) },
        { "DSDN-E-BLOCK-BEACON", b => C(b, c => c with { Beacon = Other }) },
        { "DSDN-E-BLOCK-LAST-COMMIT-HASH", b => C(b, c => c with { LastCommitHash = Other }) },
        { "DSDN-E-BLOCK-VALIDATORS-HASH", b => C(b, c => c with { ValidatorsHash = Other }) },
        { "DSDN-E-BLOCK-PARAMS-HASH", b => C(b, c => c with { ParamsHash = Other }) },
        { "DSDN-E-BLOCK-EVIDENCE-HASH", b => C(b, c => c with { EvidenceHash = Other }) },
        { "DSDN-E-BLOCK-VRF-PROOF-HASH", b => C(b, c => c with { VrfProofHash = Other }) },
        { "DSDN-E-BLOCK-LOG-ANCHOR-ROOT", b => C(b, c => c with { LogAnchorRoot = Other }) },
        { "DSDN-E-BLOCK-TRANSACTIONS-ROOT", b => H(b, h => h with { TransactionsRoot = Other }) },
        { "DSDN-E-BLOCK-GAS-USED", b => H(b, h => h with { GasUsed = h.GasUsed + 1 }) },
        { "DSDN-E-BLOCK-RECEIPTS-ROOT", b => H(b, h => h with { ReceiptsRoot = Other }) },
        { "DSDN-E-BLOCK-LOGS-BLOOM", b => H(b, h => h with { LogsBloom = new Bloom([.. Enumerable.Repeat((byte)1, 256)]) }) },
        { "DSDN-E-BLOCK-STATE-ROOT", b => H(b, h => h with { StateRoot = Other }) },
        { "DSDN-E-BLOCK-MODULE-ROOTS-HASH", b => C(b, c => c with { ModuleRootsHash = Other }) },
        { "DSDN-E-BLOCK-NEXT-VALIDATORS-HASH", b => C(b, c => c with { NextValidatorsHash = Other }) },
        { "DSDN-E-BLOCK-SYSTEM-TRANSACTION", b => T(b, [.. b.Transactions, SystemTransaction.Create(TestChain.ChainId, 2, SystemPhase.End)]) },
        { "DSDN-E-TX-NONCE-LOW", b => T(b, [.. b.Transactions, b.Transactions[0]]) },
        { "DSDN-E-TX-NONCE-HIGH", b => T(b, [.. b.Transactions, TestChain.Send(4, 5, TestChain.Account(1), 1)]) },
        { "DSDN-E-TX-FUNDS", b => T(b, [.. b.Transactions, TestChain.Send(4, 0, TestChain.Account(1), Amount.Nusa(1_001).BaseUnits)]) },
        { "DSDN-E-TX-FEE-BELOW-BASE", b => T(b, [.. b.Transactions, TestChain.Send(4, 0, TestChain.Account(1), 1, maxFeeGwei: 0, tipGwei: 0)]) },
        { "DSDN-E-TX-CHAIN-ID", b => T(b, [.. b.Transactions, Stripped(TestChain.Send(4, 0, TestChain.Account(1), 1, chainId: 1))]) },
        { "DSDN-E-TX-GAS-CAP", b => T(b, [.. b.Transactions, TestChain.Send(4, 0, TestChain.Account(1), 1, gas: 17_000_000)]) },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void BlockWithOneWrongFieldIsRefusedByThatField(string code, Func<Block, Block> breakIt)
    {
        (TestChain chain, Block block) = Proposed();
        Block broken = breakIt(block);
        BlockVerdict verdict = chain.Execution.Execute(broken);
        Assert.Equal((code, false), (verdict.Code, verdict.IsValid));
        Assert.Equal(1UL, chain.Execution.Decided.Header.Number);
        Assert.Equal(verdict, chain.Execution.Execute(broken)); // asked again
        Assert.True(chain.Execution.Execute(block).IsValid);
    }

    /// <summary>A relay that changes a body under an honest header must not make the node refuse the honest block.</summary>
    [Fact]
    public void TamperedBodyUnderAnHonestHashDoesNotCondemnTheHonestBlock()
    {
        (TestChain chain, Block block) = Proposed();
        foreach ((string code, Block tampered) in new[]
        {
            ("DSDN-E-BLOCK-TRANSACTIONS-ROOT", block with { Transactions = [block.Transactions[0]] }),
            ("DSDN-E-BLOCK-LAST-COMMIT-HASH", block with { LastCommit = TestChain.Certify(chain.Head.Block, chain.Genesis.Block.Hash, round: 5) }),
            ("DSDN-E-BLOCK-EVIDENCE-HASH", block with { Evidence = new byte[] { 1 } }),
            ("DSDN-E-BLOCK-VRF-PROOF-HASH", block with { VrfProof = new byte[] { 1 } }),
            ("DSDN-E-BLOCK-EXTRA-DATA", block with { Consensus = block.Consensus! with { TimeMs = 1 } }),
            ("DSDN-E-BLOCK-HASH", block with { Header = block.Header with { StateRoot = Other } }),
        })
        {
            Assert.Equal(block.Hash, tampered.Hash);
            Assert.Equal(code, chain.Execution.Execute(tampered).Code);
        }
        Assert.Equal(BlockVerdict.Valid, chain.Execution.Execute(block));
        chain.Commit(block);
        Assert.Equal(2UL, chain.Head.Number);
    }

    [Fact]
    public void ForgedSignatureInTheLastCommitIsRefused()
    {
        (TestChain chain, Block block) = Proposed();
        Certificate forged = block.LastCommit! with { Signatures = [new byte[64]], Round = 1 };
        Block broken = C(block with { LastCommit = forged }, c => c with { LastCommitHash = BlockHashes.LastCommit(forged) });
        Assert.Equal("DSDN-E-BLOCK-LAST-COMMIT", chain.Execution.Execute(broken).Code);
    }

    [Fact]
    public void AnotherTrueCertificateOfTheParentIsAccepted()
    {
        (TestChain chain, Block block) = Proposed();
        Certificate later = TestChain.Certify(chain.Head.Block, chain.Genesis.Block.Hash, round: 3);
        Block other = C(block with { LastCommit = later }, c => c with { LastCommitHash = BlockHashes.LastCommit(later) });
        Assert.Equal(BlockVerdict.Valid, chain.Execution.Execute(other));
    }

    [Fact]
    public void MoreBytesThanABlockMayHaveAreRefused()
    {
        (TestChain chain, Block block) = Proposed();
        byte[] data = new byte[100_000];
        Transaction[] many = [.. Enumerable.Range(0, 50).Select(i => TestChain.Send(5, (ulong)i, TestChain.Account(1), 1, data, gas: 2_000_000))];
        Assert.Equal("DSDN-E-BLOCK-BYTES", chain.Execution.Execute(T(block, many)).Code);
    }

    private static (TestChain Chain, Block Block) Proposed()
    {
        var chain = new TestChain();
        chain.Step(TestChain.Send(0, 0, TestChain.Account(1), 1));
        var proposer = new TestChain();
        proposer.Step(TestChain.Send(0, 0, TestChain.Account(1), 1));
        Assert.Equal(chain.Head.Block.Hash, proposer.Head.Block.Hash);
        proposer.Wait(TestChain.Send(2, 0, TestChain.Account(3), 5), TestChain.Send(3, 0, FakeKernel.Module, 0, [FakeKernel.Write], gas: 90_000));
        Block block = proposer.Build(TestChain.GenesisSeconds * 1000 + 20_000);
        Assert.Equal(2, block.Transactions.Count);
        return (chain, block);
    }

    private static Block H(Block block, Func<Header, Header> change) => Reseal.With(block, change(block.Header), block.Consensus);

    private static Block T(Block block, IReadOnlyList<Transaction> transactions) =>
        Reseal.With(block with { Transactions = transactions }, block.Header with { TransactionsRoot = OrderedTrie.TransactionsRoot(transactions) }, block.Consensus);

    private static Block C(Block block, Func<ConsensusHeader, ConsensusHeader> change) => Reseal.With(block, block.Header, change(block.Consensus!));

    private static Transaction Stripped(Transaction tx)
    {
        tx.Sender = Address.Zero; // as it arrives
        return tx;
    }
}
