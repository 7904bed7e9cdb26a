using Dsdn.Chain.Execution;
using Dsdn.Chain.Rpc.Dispatch;
using Dsdn.Chain.Rpc.Fees;
using Dsdn.Chain.Rpc.Filters;
using Dsdn.Chain.Rpc.Methods;
using Dsdn.Chain.Rpc.WebSockets;

namespace Dsdn.Chain.Rpc;

/// <summary>The parts of one server, wired in one place.</summary>
internal sealed class RpcNode : IDisposable
{
    public RpcNode(IChainView chain, RpcOptions options, RpcHooks hooks)
    {
        Chain = chain;
        Options = options;
        Hooks = hooks;
        Methods = MethodDeclarations.Build(options, hooks);
        Feed = new ChainFeed(chain, options);
        Filters = new FilterRegistry(chain, Feed, options);
        Metrics = new RpcMetrics(Methods, () => Filters.Count);
        Metrics.Freeze();
        TipOracle = new TipOracle(chain);
        Subscriptions = new SubscriptionHub(this);
        Processor = new BodyProcessor(this);
    }

    public IChainView Chain { get; }

    public RpcOptions Options { get; }

    public RpcHooks Hooks { get; }

    public MethodTable Methods { get; }

    public ChainFeed Feed { get; }

    public FilterRegistry Filters { get; }

    public RpcMetrics Metrics { get; }

    public TipOracle TipOracle { get; }

    public SubscriptionHub Subscriptions { get; }

    public BodyProcessor Processor { get; }

    public void Dispose()
    {
        Subscriptions.Dispose();
        Feed.Dispose();
        Metrics.Dispose();
    }
}
