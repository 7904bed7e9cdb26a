namespace Dsdn.Chain.Log.Events;

/// <summary>
/// The nonce of a node or owner: a lane u16 on top of a counter of 48 bits. In each lane counters rise strictly; gaps are
/// allowed, reuse is not. Lanes are independent, so that parallel uploads do not collide (rulings 37).
/// </summary>
public readonly record struct AuthorNonce(ulong Value)
{
    private const int CounterBits = 48;

    public const ulong CounterMax = (1UL << CounterBits) - 1;

    public ushort Lane => (ushort)(Value >> CounterBits);

    public ulong Counter => Value & CounterMax;

    /// <param name="counter">At most <see cref="CounterMax"/>.</param>
    public static AuthorNonce Of(ushort lane, ulong counter) =>
        counter <= CounterMax ? new(((ulong)lane << CounterBits) | counter) : throw new ArgumentOutOfRangeException(nameof(counter));
}
