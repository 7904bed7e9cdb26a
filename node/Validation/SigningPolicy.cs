using System.Globalization;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Consensus.Signing;
using Dsdn.Modules;
using Dsdn.Node.Configuration;
using Microsoft.Extensions.Logging;

namespace Dsdn.Node.Validation;

/// <summary>
/// Whether the record of last signatures fits the chain beside it. A record may be newer than the chain (the chain is synced
/// again); an empty one beside a chain that knows the key is a lost one, and only the operator may say to go on. Records are
/// made with the keys: by `dsdn testnet`, or here for a key that the chain does not know yet.
/// </summary>
internal static class SigningPolicy
{
    /// <summary>With the watch over the key, which stays stopped over restarts until the operator says that its other user is off for good.</summary>
    /// <exception cref="KeyFileException">the record is lost</exception>
    /// <exception cref="DoubleSignException">a lone chain lies behind its record</exception>
    public static WatchedSigner Watch(IVoteSigner signer, KeyStop stop, IChainView chain, NodeOptions options, bool isAlone, ulong epochBlocks, ILogger logger)
    {
        KeyStopPlace? stopped = stop.Read();
        if (stopped is not null && options.LostSignerState)
        {
            if (signer is FileVoteSigner local && !isAlone)
                return new WatchedSigner(new RebuiltSigner(local, 2 * epochBlocks, TimeProvider.System, distrustsRecord: true, stop.Clear), stop, null, logger);
            if (signer is not FileVoteSigner && ReadLast(signer).Height < stopped.Height)
                throw new KeyFileException($"another machine signed with this key at {stopped}: start the signer with --sign-above and a height that it cannot have reached");
            stop.Clear();
            stopped = null;
        }
        if (stopped is not null) ReplicaLog.KeyWasInUse(logger, KeyInUseException.ErrorCode, stopped.Height, stopped.Round, stopped.Step);
        return new WatchedSigner(signer is FileVoteSigner file ? Choose(file, chain, options, isAlone, epochBlocks) : Remote(signer, chain, isAlone), stop, stopped, logger);
    }

    /// <summary>A signer in another process has its own rules for a record that is lost.</summary>
    private static IVoteSigner Remote(IVoteSigner signer, IChainView chain, bool isAlone)
    {
        if (isAlone) RefuseChainBehind(signer, chain);
        return signer;
    }

    private static LastSign ReadLast(IVoteSigner signer)
    {
        try
        {
            return signer.ReadLast();
        }
        catch (NotSignedException e)
        {
            throw new KeyFileException(e.Message);
        }
    }

    private static void RefuseChainBehind(IVoteSigner signer, IChainView chain)
    {
        ulong height = chain.Head.Number;
        if (signer.Last.Height > height + 1)
            throw new DoubleSignException($"the last signature is for height {signer.Last.Height} but the chain data ends at {height}; restore the data of that chain, or move the last-sign record away if the chain was reset on purpose");
    }

    /// <param name="isAlone">No other node can hold votes of this one, nor tell it how far the network is.</param>
    /// <exception cref="KeyFileException">the record is lost</exception>
    /// <exception cref="DoubleSignException">a lone chain lies behind its record</exception>
    private static IVoteSigner Choose(FileVoteSigner signer, IChainView chain, NodeOptions options, bool isAlone, ulong epochBlocks)
    {
        ulong height = chain.Head.Number;
        if (!signer.IsEmpty)
        {
            if (isAlone) RefuseChainBehind(signer, chain);
            return signer;
        }
        if (isAlone && height == 0) return signer;
        bool isDevelopment = options.DevValidator is not null && height == 0;
        if (isDevelopment || !IsKnown(chain, signer.PublicKey))
        {
            signer.Raise(height); // nobody can hold a vote of it; from here on an empty record is a lost one
            return signer;
        }
        if (options.LostSignerState) return isAlone ? signer : new RebuiltSigner(signer, 2 * epochBlocks, TimeProvider.System);
        if (height == 0) return new FirstHeightSigner(signer);
        throw new KeyFileException(string.Create(CultureInfo.InvariantCulture, $"the chain is at height {height} and knows this consensus key, but {FirstHeightSigner.Lost}"));
    }

    /// <summary>Whether the chain ever registered this key: others may then hold signatures of it.</summary>
    internal static bool IsKnown(IChainView chain, ReadOnlyMemory<byte> consensusKey)
    {
        ModuleDeclaration staking = DsdnModules.Table.Modules.Single(static module => module.Name == "Staking");
        AbiFunction query = staking.Methods.Single(static method => method.Abi.Name == "operatorOfKey").Abi;
        byte[] data = query.EncodeCall(new Hash256(consensusKey.Span));
        Address address = Address.FromNumber((ushort)(RecordKey.ModuleBase + staking.Number));
        SimulationResult result = chain.Simulate(new SimulatedCall(Address.Zero, address, default, data, null, null, null, []), chain.Head.Number);
        return result.Status == CallStatus.Success && result.ReturnData.Span.ContainsAnyExcept((byte)0);
    }
}
