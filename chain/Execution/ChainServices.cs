using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Chain.Storage;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution;

/// <summary>What one chain on one store is made of; <see cref="ChainOpening"/> makes it.</summary>
public sealed record ChainServices(
    IKeyValueStore Store, StateStore State, ChainStore Blocks, ChainConstants Chain, IModuleKernel Kernel, IParallel Parallel);
