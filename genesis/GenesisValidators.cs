using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;
using Dsdn.Modules;

namespace Dsdn.Genesis;

/// <summary>Who votes on block 1, from block 0 alone: what light clients and followers of the log start from.</summary>
public static class GenesisValidators
{
    public static ValidatorSet Of(GenesisBlock genesis)
    {
        using var empty = new MemoryStore();
        var state = new StateOverlay(StateStore.Open(empty, new StateOptions()).Head);
        foreach ((Address address, Account account) in genesis.State.Accounts) state.SetAccount(address, account);
        foreach ((byte[] key, ReadOnlyMemory<byte> value) in genesis.State.Records) state.SetRecord(key, value);
        return DsdnModules.Kernel().Validators(state);
    }
}
