using System.Buffers.Binary;
using System.Globalization;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Audits;
using Dsdn.Chain.Primitives;
using Dsdn.Log.State;

namespace Dsdn.Coordinator.Audits;

/// <summary>Two answers of a node that cannot both be honest, as they go to the chain.</summary>
internal sealed record LieReport(Hash256 NodeId, ulong Epoch, byte[] First, byte[] Second);

/// <summary>
/// Looks for lies in what nodes showed, and keeps each on the disk until the chain took it: a file a node and audit, because the chain fines each once. Safe for all threads.
/// </summary>
internal sealed class LieReports
{
    private const string Open = ".lie", Taken = ".taken";

    /// <summary>Proofs that wait for the chain: a lie costs a tenth of a stake, so there are few.</summary>
    private const int WaitingMax = 1_024;

    /// <summary>Sheets of a node and audit that later ones are held against; a node is asked five times.</summary>
    private const int SheetsMax = 8;

    /// <summary>Of the open audit and the one before, of which a late answer may be under way.</summary>
    private const int AuditsMax = 2;

    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly ulong _chainId;
    private readonly AnswerStore _answers;
    private readonly SortedDictionary<ulong, SortedDictionary<Hash256, List<Hash256>>> _shown = [];

    public LieReports(string folder, ulong chainId, AnswerStore answers)
    {
        (_folder, _chainId, _answers) = (folder, chainId, answers);
        Directory.CreateDirectory(folder);
    }

    /// <summary>Holds a sheet against itself and against all others of its node and audit.</summary>
    /// <param name="sheet">Signed, and in the store of answers.</param>
    /// <returns>The proof, on the disk; null where there is none, or one is known.</returns>
    /// <exception cref="IOException">the disk failed</exception>
    public LieReport? Look(AnswerSheet sheet)
    {
        AnswerHeading heading = sheet.Heading;
        lock (_lock)
        {
            List<Hash256> shown = ShownOf(heading);
            if (shown.Contains(heading.AnswersRoot)) return null;
            LieReport? lie = IsKnown(heading) ? null : Prove(sheet, shown);
            if (lie is not null) Write(lie);
            if (shown.Count < SheetsMax) shown.Add(heading.AnswersRoot);
            return lie;
        }
    }

    /// <summary>What the chain has not taken, older audits first: it takes them in that order only.</summary>
    public IReadOnlyList<LieReport> Due()
    {
        lock (_lock) return [.. Directory.EnumerateFiles(_folder, "*" + Open).Select(Read).OfType<LieReport>().OrderBy(static lie => lie.Epoch).ThenBy(static lie => lie.NodeId)];
    }

    /// <summary>The chain took it, or never will.</summary>
    public void Done(LieReport lie)
    {
        lock (_lock)
        {
            if (File.Exists(PathOf(lie.Epoch, lie.NodeId, Open))) File.Move(PathOf(lie.Epoch, lie.NodeId, Open), PathOf(lie.Epoch, lie.NodeId, Taken), overwrite: true);
        }
    }

    /// <summary>Lets go of what the chain took when the sheets are gone that would show it again.</summary>
    public void Prune(DateTimeOffset now)
    {
        lock (_lock)
        {
            foreach (string path in Directory.EnumerateFiles(_folder, "*" + Taken))
                if (File.GetLastWriteTimeUtc(path) < now.UtcDateTime - TimeSpan.FromMilliseconds(2 * AuditTimes.KeptMs)) File.Delete(path);
        }
    }

    private List<Hash256> ShownOf(AnswerHeading heading)
    {
        if (!_shown.TryGetValue(heading.Epoch, out SortedDictionary<Hash256, List<Hash256>>? audit)) _shown[heading.Epoch] = audit = [];
        if (!audit.TryGetValue(heading.NodeId, out List<Hash256>? shown)) audit[heading.NodeId] = shown = [];
        while (_shown.Count > AuditsMax) _shown.Remove(_shown.Keys.First());
        return shown;
    }

    private LieReport? Prove(AnswerSheet sheet, List<Hash256> shown)
    {
        if (Prove(sheet, sheet) is { } alone) return alone;
        foreach (Hash256 root in shown)
        {
            if (_answers.Find(sheet.Heading.Epoch, root) is not { } bytes || AnswerSheet.TryDecode(_chainId, bytes, out AnswerSheet? other) != LogFault.None || other is null) continue;
            if (Prove(other, sheet) is { } lie) return lie;
        }
        return null;
    }

    /// <summary>Only what the chain will take: it checks the same.</summary>
    private static LieReport? Prove(AnswerSheet first, AnswerSheet second) =>
        AnswerConflict.Find(first, second) is { } pair && AnswerConflict.Check(pair.First, pair.Second, static (key, message, signature) => Ed25519.Verify(message, signature, key)) == LogFault.None
            ? new LieReport(first.Heading.NodeId, first.Heading.Epoch, pair.First.Encode(), pair.Second.Encode())
            : null;

    private bool IsKnown(AnswerHeading heading) =>
        File.Exists(PathOf(heading.Epoch, heading.NodeId, Open)) || File.Exists(PathOf(heading.Epoch, heading.NodeId, Taken)) || Directory.EnumerateFiles(_folder, "*" + Open).Count() >= WaitingMax;

    /// <summary>u32 length of the first | the first | the second.</summary>
    private void Write(LieReport lie)
    {
        string path = PathOf(lie.Epoch, lie.NodeId, Open);
        byte[] length = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)lie.First.Length);
        using (var file = new FileStream(path + ".new", FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(length);
            file.Write(lie.First);
            file.Write(lie.Second);
            file.Flush(flushToDisk: true);
        }
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Null where it is not what was written here.</summary>
    private LieReport? Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32BigEndian(bytes) is var length && length > bytes.Length - sizeof(uint)) return null;
        byte[] first = bytes[sizeof(uint)..(int)(sizeof(uint) + length)], second = bytes[(int)(sizeof(uint) + length)..];
        return SignedAnswer.TryDecode(_chainId, first, out SignedAnswer? answer) == LogFault.None && answer is not null ? new LieReport(answer.Heading.NodeId, answer.Heading.Epoch, first, second) : null;
    }

    private string PathOf(ulong epoch, in Hash256 node, string kind) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{epoch}-{node.ToString()[2..]}{kind}"));
}
