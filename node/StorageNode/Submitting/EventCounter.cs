using System.Globalization;
using Dsdn.Chain.Log.Events;
using Dsdn.Node.Configuration;

namespace Dsdn.StorageNode.Submitting;

/// <summary>
/// The numbers that a node's events carry: they rise over restarts even where nothing of what was said reached the log. A number is used only below one that is on the disk, and these are
/// written many at a time.
/// </summary>
internal sealed class EventCounter
{
    private const ulong Ahead = 1_024;
    private const int FileBytesMax = 32;

    private readonly string _path;
    private ulong _last, _written;

    private EventCounter(string path, ulong last) => (_path, _last, _written) = (path, last, last);

    /// <exception cref="ConfigurationException">the file cannot be read</exception>
    public static EventCounter Open(string path)
    {
        try
        {
            if (!File.Exists(path)) return new EventCounter(path, 0);
            string text = new FileInfo(path).Length > FileBytesMax ? "" : File.ReadAllText(path).Trim();
            return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong last) && last <= AuthorNonce.CounterMax
                ? new EventCounter(path, last)
                : throw new ConfigurationException($"{path}: not a counter; delete it, and the log's own number counts");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}: {e.Message}");
        }
    }

    /// <param name="inLog">The last number of this node that the log knows.</param>
    /// <exception cref="IOException">the disk failed</exception>
    public ulong Next(ulong inLog)
    {
        ulong next = Math.Max(_last, inLog) + 1;
        if (next > _written)
        {
            ulong ahead = Math.Min(AuthorNonce.CounterMax, next + Ahead);
            string unfinished = _path + ".new";
            using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes(ahead.ToString(CultureInfo.InvariantCulture)));
                file.Flush(flushToDisk: true);
            }
            File.Move(unfinished, _path, overwrite: true);
            _written = ahead;
        }
        return _last = next;
    }
}
