using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>An event that holds by itself. Whether it fits the state of the log is the reducer's question.</summary>
/// <param name="Id">What the author signed, and what others name it by.</param>
public sealed record CheckedEvent(LogEvent Event, Hash256 Id, EventBody Body);

/// <summary>What became of an event of a batch.</summary>
/// <param name="Fault">Why it is skipped; none where it is not.</param>
/// <param name="Event">Null where it is skipped.</param>
public readonly record struct EventReading(LogFault Fault, CheckedEvent? Event);
