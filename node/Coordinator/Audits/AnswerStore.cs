using System.Globalization;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;

namespace Dsdn.Coordinator.Audits;

/// <summary>
/// What nodes answered, as they signed it: a file a sheet, named by its root, in a folder an audit. Kept for seven days so that whoever doubts a verdict
/// can judge it himself (dataplane 1.18). Safe for all threads.
/// </summary>
internal sealed class AnswerStore
{
    private const string Extension = ".sheet";

    private readonly string _folder;
    private readonly ulong _chainId;

    public AnswerStore(string folder, ulong chainId)
    {
        (_folder, _chainId) = (folder, chainId);
        Directory.CreateDirectory(folder);
    }

    /// <summary>On the disk when it returns; a second one with the same root changes nothing.</summary>
    /// <exception cref="IOException">the disk failed</exception>
    public void Put(AnswerSheet sheet)
    {
        string path = PathOf(sheet.Heading.Epoch, sheet.Heading.AnswersRoot);
        if (File.Exists(path)) return;
        Directory.CreateDirectory(FolderOf(sheet.Heading.Epoch));
        string unfinished = $"{path}.{Guid.NewGuid():N}.new";
        using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            file.Write(sheet.Encode());
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>The bytes of a sheet; null where it is not here.</summary>
    public byte[]? Find(ulong epoch, in Hash256 answersRoot)
    {
        try
        {
            string path = PathOf(epoch, answersRoot);
            return File.Exists(path) ? File.ReadAllBytes(path) : null;
        }
        catch (IOException)
        {
            return null; // it was let go meanwhile
        }
    }

    /// <summary>All of an audit that can be read.</summary>
    public IEnumerable<AnswerSheet> Of(ulong epoch)
    {
        if (!Directory.Exists(FolderOf(epoch))) yield break;
        foreach (string path in Directory.EnumerateFiles(FolderOf(epoch), "*" + Extension).Order(StringComparer.Ordinal))
            if (AnswerSheet.TryDecode(_chainId, File.ReadAllBytes(path), out AnswerSheet? sheet) == LogFault.None && sheet is not null) yield return sheet;
    }

    /// <summary>Lets go of audits of which nothing was written for longer than answers are kept.</summary>
    public void Prune(DateTimeOffset now)
    {
        foreach (string folder in Directory.EnumerateDirectories(_folder))
            if (Directory.GetLastWriteTimeUtc(folder) < now.UtcDateTime - TimeSpan.FromMilliseconds(AuditTimes.KeptMs)) Directory.Delete(folder, recursive: true);
    }

    private string FolderOf(ulong epoch) => Path.Combine(_folder, epoch.ToString(CultureInfo.InvariantCulture));

    private string PathOf(ulong epoch, in Hash256 root) => Path.Combine(FolderOf(epoch), root.ToString()[2..] + Extension);
}
