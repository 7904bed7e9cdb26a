using Dsdn.Chain.State.Storage;
using Dsdn.DaServer;
using Dsdn.Host.Networks;
using Dsdn.Node;
using Dsdn.Node.Configuration;
using Dsdn.Node.Operations;
using Dsdn.Node.Validation;
using Dsdn.Sdk.Errors;

namespace Dsdn.Host;

/// <summary>Failures of the node's own libraries as the coded errors that commands report (rulings 13).</summary>
internal static class NodeFailures
{
    public static T Coded<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (Exception failure) when (Of(failure) is { } coded)
        {
            throw new DsdnException(coded, failure);
        }
    }

    public static async Task<T> CodedAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception failure) when (Of(failure) is { } coded)
        {
            throw new DsdnException(coded, failure);
        }
    }

    private static ClientError? Of(Exception failure) => failure switch
    {
        GenesisRefusedException refused => ClientError.Of("DSDN-E-GENESIS", ErrorClass.Usage, refused.First, refused.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        OperationRefusedException refused => ClientError.Of(refused.Code, refused.IsIntegrity ? ErrorClass.Integrity : ErrorClass.Usage, refused.Subject).With(refused.Detail),
        Dsdn.Node.Archive.ArchiveException archive => ClientError.Of(
            archive.Code, archive.Code is Dsdn.Node.Archive.ArchiveException.Damaged or Dsdn.Node.Archive.ArchiveException.Gap ? ErrorClass.Integrity : ErrorClass.Usage, archive.Message),
        NodeEndedException ended => ClientError.Of("DSDN-E-NETWORK-NODE", ErrorClass.Rejected, ended.End.Node, ended.End.Reason),
        DataFolderInUseException used => ClientError.Of("DSDN-E-DATA-IN-USE", ErrorClass.Usage, used.Path),
        ConfigurationException configuration => ClientError.Of("DSDN-E-CONFIG", ErrorClass.Usage, configuration.Message),
        DaServerException { IsIntegrity: false } server => ClientError.Of("DSDN-E-CONFIG", ErrorClass.Usage, server.Message),
        DaServerException server => ClientError.Of("DSDN-E-INTEGRITY", ErrorClass.Integrity, server.Message),
        Dsdn.Log.Routing.Outbox.OutboxCorruptException outbox => ClientError.Of("DSDN-E-OUTBOX-CORRUPT", ErrorClass.Integrity, outbox.Message["DSDN-E-OUTBOX-CORRUPT: ".Length..]),
        KeyFileException key => ClientError.Of("DSDN-E-VALIDATOR-KEY", ErrorClass.Key, key.Message),
        StorageException or InvalidDataException or NotSignedException or ConsensusHaltedException or Dsdn.Consensus.Wal.WalCorruptException or Dsdn.Node.Sync.StateSyncFailedException => ClientError.Of("DSDN-E-INTEGRITY", ErrorClass.Integrity, failure.Message),
        _ => null,
    };
}
