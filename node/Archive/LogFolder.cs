using Dsdn.Chain.Log;
using Dsdn.Log.State;

namespace Dsdn.Node.Archive;

/// <summary>What lies where in the folder of a log.</summary>
public static class LogFolder
{
    public static string Batches(string folder) => Path.Combine(folder, "batches");

    public static string Checkpoints(string folder) => Path.Combine(folder, "checkpoints");

    /// <summary>Whose log it is; null where the folder holds none.</summary>
    /// <exception cref="ArchiveException">The file is no genesis.</exception>
    public static LogGenesis? ReadGenesis(string folder)
    {
        string path = GenesisPath(folder);
        if (!File.Exists(path)) return null;
        bool isRead = new FileInfo(path).Length <= LogGenesisCodec.BytesMax;
        return isRead && LogGenesisCodec.TryDecode(File.ReadAllBytes(path), out LogGenesis? genesis) == LogFault.None && genesis is not null
            ? genesis
            : throw new ArchiveException(ArchiveException.Damaged, $"{path} is not what a log starts from");
    }

    /// <summary>Makes the folder this log's, or finds that it is.</summary>
    /// <exception cref="ArchiveException">It is another log's.</exception>
    internal static void Claim(string folder, LogGenesis genesis)
    {
        byte[] encoded = LogGenesisCodec.Encode(genesis);
        if (ReadGenesis(folder) is { } known)
        {
            if (!LogGenesisCodec.Encode(known).AsSpan().SequenceEqual(encoded)) throw new ArchiveException(ArchiveException.Foreign, $"{folder} is the folder of log {known.LogId}");
            return;
        }
        string unfinished = GenesisPath(folder) + ".new";
        File.WriteAllBytes(unfinished, encoded);
        File.Move(unfinished, GenesisPath(folder), overwrite: true);
    }

    private static string GenesisPath(string folder) => Path.Combine(folder, "genesis.bin");
}
