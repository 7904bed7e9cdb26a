using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Availability;
using Dsdn.Consensus.Signing;

namespace Dsdn.Node.Attestation;

/// <summary>
/// The record of what a consensus key attested, or the knowledge that it is lost. A file of its own beside the record of votes
/// (docs/decisions/0027). One caller at a time.
/// </summary>
public sealed class AttestationStore : IDisposable
{
    private readonly string _path;
    private readonly bool _mayBegin;
    private AttestationFile? _file;
    private AttestationLog? _log;
    private bool _hasFailed;

    private AttestationStore(string path, bool mayBegin, string damage) => (_path, _mayBegin, Damage) = (path, mayBegin, damage);

    /// <summary>Why the record that is there cannot be used; empty where it can, or where there is none.</summary>
    public string Damage { get; private set; }

    /// <summary>There is no record and none may be begun: everything is refused.</summary>
    public bool IsLost => _log is null && !_mayBegin;

    /// <summary>Up to here nothing new is signed; 0 where there is no record.</summary>
    public ulong Floor => _log?.Record.Floor ?? 0;

    /// <summary>The largest seq that was signed, or the floor.</summary>
    public ulong Highest => _log?.Record.Highest ?? 0;

    /// <param name="missing">What may be concluded if there is no file.</param>
    /// <param name="attestAbove">The operator's word: nothing new up to here. Makes a new record where there is none or a damaged one, which is kept aside.</param>
    /// <exception cref="IOException">a new record cannot be written; one that is there and cannot be read is a damaged one</exception>
    /// <exception cref="UnauthorizedAccessException">the same</exception>
    public static AttestationStore Open(string path, MissingRecord missing, ulong? attestAbove)
    {
        AttestationStore store = OpenFile(path, missing);
        try
        {
            if (attestAbove is { } floor) store.Raise(floor);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>The record of a key that was made just now: it is there, so that its loss shows.</summary>
    public static void CreateWithKey(string path) => Open(path, MissingRecord.NeverAttested, null).Dispose();

    /// <summary>Asks the rules, and has what they want recorded on disk when this returns.</summary>
    public AttestRefusal Bind(ulong chainId, DaStatement statement, ulong nowMs)
    {
        if (_log is null && _mayBegin && AttestationRules.IsOfLogThatBegins(statement, nowMs) && AttestationRules.Ask(new AttestationRecord(0), chainId, statement, nowMs).Refusal == AttestRefusal.None) TryBegin();
        return Bind(log => AttestationRules.Ask(log.Record, chainId, statement, nowMs), nowMs);
    }

    /// <inheritdoc cref="Bind(ulong, DaStatement, ulong)"/>
    public AttestRefusal Bind(ulong chainId, LogAnchor anchor, ulong nowMs) => Bind(log => AttestationRules.Ask(log.Record, chainId, anchor, nowMs), nowMs);

    public void Dispose()
    {
        _file?.Dispose();
        (_file, _log, _hasFailed, Damage) = (null, null, true, "closed");
    }

    private static AttestationStore OpenFile(string path, MissingRecord missing)
    {
        if (!File.Exists(path))
        {
            var empty = new AttestationStore(path, missing == MissingRecord.LogMayBegin, "");
            if (missing == MissingRecord.NeverAttested) empty.Begin(0);
            return empty;
        }
        AttestationFile? file = null;
        try
        {
            file = AttestationFile.Open(path);
            AttestationLog? log = AttestationLog.TryOpen(file, out string damage);
            var store = new AttestationStore(path, false, log is null ? damage : "");
            if (log is null) file.Dispose();
            else (store._file, store._log) = (file, log);
            return store;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            return new AttestationStore(path, false, e.Message);
        }
    }

    private AttestRefusal Bind(Func<AttestationLog, AttestAnswer> ask, ulong nowMs)
    {
        if (_hasFailed) return AttestRefusal.RecordFailed;
        if (_log is not { } log) return AttestRefusal.RecordLost;
        log.DropExpired(nowMs);
        AttestAnswer answer = ask(log);
        if (answer.ToRecord is not { } signed) return answer.Refusal;
        try
        {
            log.Append(signed);
            return AttestRefusal.None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _hasFailed = true; // what the disk holds is not known: a restart reads it
            Damage = e.Message;
            return AttestRefusal.RecordFailed;
        }
    }

    private void Raise(ulong floor)
    {
        if (_log is { } log)
        {
            if (log.Record.Floor < floor) log.Raise(floor);
            return;
        }
        if (File.Exists(_path)) File.Move(_path, _path + ".damaged", overwrite: true);
        Begin(floor);
    }

    private void TryBegin()
    {
        try
        {
            Begin(0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _hasFailed = true;
            Damage = e.Message;
        }
    }

    /// <summary>Under another name until it is whole: a kill leaves no record or an empty one, never half of one.</summary>
    private void Begin(ulong floor)
    {
        string next = _path + ".next";
        AttestationFile file = AttestationFile.Create(next);
        try
        {
            _log = AttestationLog.Create(file, floor);
            File.Move(next, _path, overwrite: false);
            (_file, Damage) = (file, "");
        }
        catch
        {
            _log = null;
            file.Dispose();
            throw;
        }
    }
}
