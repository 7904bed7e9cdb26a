using Dsdn.Chain.Execution;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.State;

/// <summary>
/// A batch with everything checked that needs no state: its body, its events, and its signatures against a committee that is expected to be in
/// force. Preparing costs nearly all of the time that a batch takes and may be done for many of them side by side.
/// </summary>
public sealed class PreparedBatch
{
    private readonly Hash256 _signedBy;

    private PreparedBatch(BatchEnvelope envelope, ReadOnlyMemory<byte> encoded, LogCheck check, Hash256 signedBy, LogVerdict body, EventReading[] readings, BatchBody content)
    {
        (Envelope, Encoded, Check, _signedBy, BodyVerdict, Readings, Content) = (envelope, encoded, check, signedBy, body, readings, content);
        CoreHash = envelope.Header.CoreHash;
    }

    public BatchEnvelope Envelope { get; }

    public ReadOnlyMemory<byte> Encoded { get; }

    public LogCheck Check { get; }

    public Hash256 CoreHash { get; }

    /// <summary>Of the body against the header.</summary>
    internal LogVerdict BodyVerdict { get; }

    internal EventReading[] Readings { get; }

    internal BatchBody Content { get; }

    /// <param name="expected">Null: the signatures wait for the state.</param>
    public static PreparedBatch Of(BatchEnvelope envelope, ReadOnlyMemory<byte> encoded, LogCheck check, Committee? expected, IParallel parallel)
    {
        bool isSigned = expected is not null && envelope.Header.CommitteeHash == expected.Hash && BatchVerifier.CheckSignatures(envelope, expected).IsValid;
        LogVerdict verdict = BatchVerifier.CheckBody(envelope, out BatchBody? body);
        EventReading[] readings = body is null ? [] : EventReader.ReadAll(body.Events, EventContext.Of(envelope.Header, check == LogCheck.Full), parallel);
        return new PreparedBatch(envelope, encoded, check, isSigned ? envelope.Header.CommitteeHash : Hash256.Zero, verdict, readings, body ?? BatchBody.Empty);
    }

    /// <summary>Whether the committee signed it; asked again only where another one was expected.</summary>
    internal LogVerdict CheckSignatures(Committee committee) =>
        !_signedBy.IsZero && _signedBy == committee.Hash ? LogVerdict.Valid : BatchVerifier.CheckSignatures(Envelope, committee);
}
