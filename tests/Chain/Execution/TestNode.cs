using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Mempool;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.View;

namespace Dsdn.Chain.Tests.Execution;

/// <summary>A chain with its thread-safe view and a real pool, as the host wires it.</summary>
internal sealed class TestNode
{
    public TestNode(IKeyValueStore store, Action<FakeKernel>? configure = null, ChainParams? parameters = null, PoolOptions? options = null, IParallel? parallel = null)
    {
        Kernel = new FakeKernel(TestChain.Set);
        configure?.Invoke(Kernel);
        Genesis = TestChain.GenesisOf(parameters ?? TestChain.Parameters);
        OpenChain open = ChainOpening.Open(store, new StateOptions(), Genesis, Kernel, parallel ?? new ThreadParallel(2));
        Certificate = open.HeadCertificate;
        View = new ChainView(open, options ?? PoolOptions.Default, [], () => NowMs += MsPerLookAtTheClock);
        Execution = open.Execution(View, View);
    }

    public FakeKernel Kernel { get; }
    public GenesisBlock Genesis { get; }
    public ChainView View { get; }
    public ChainExecution Execution { get; }
    public Certificate? Certificate { get; private set; }
    public ulong NowMs { get; set; } = TestChain.GenesisSeconds * 1000;

    public ulong MsPerLookAtTheClock { get; set; }

    public Block Step()
    {
        Block block = Execution.Build(new BuildRequest(NowMs += 1000, TestChain.Operator, Certificate));
        Certificate = TestChain.Certify(block, Genesis.Block.Hash);
        Execution.Commit(block.Hash, Certificate);
        return block;
    }
}
