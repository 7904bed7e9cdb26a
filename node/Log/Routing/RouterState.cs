using Dsdn.Chain.Log.Events;

namespace Dsdn.Log.Routing;

/// <summary>What the parts of a router share: time, mode, numbers, and the effects of the step.</summary>
internal sealed class RouterState
{
    private List<RouterEffect> _effects = [];
    private ulong _nextId = 1;

    public ulong NowMs { get; private set; }

    public RouterMemory Memory { get; set; } = RouterMemory.Initial;

    public RouterMode Mode => Memory.Mode;

    public bool IsFallback => ModeRules.IsFallback(Mode);

    /// <summary>In these modes a certificate is as good as it gets for now.</summary>
    public bool IsQuorumCanonical => IsFallback || Mode == RouterMode.Recovering;

    public bool IsBacklog(ulong seq) => seq <= Memory.BacklogEnd;

    /// <summary>Ids of submits and look-ups; of this process only.</summary>
    public ulong NextId() => _nextId++;

    /// <returns>Milliseconds that passed since the last input.</returns>
    public ulong Begin(ulong nowMs)
    {
        ulong now = Math.Max(NowMs, nowMs), passed = NowMs == 0 ? 0 : now - NowMs;
        NowMs = now;
        return passed;
    }

    public void Emit(RouterEffect effect) => _effects.Add(effect);

    public void Announce(EventBody body)
    {
        Emit(new RouterEffect.Announce(Memory.NextAnnouncement, body));
        Memory = Memory with { NextAnnouncement = Memory.NextAnnouncement + 1 };
    }

    public void Alert(string code, string text) => Emit(new RouterEffect.Alert(code, text));

    public IReadOnlyList<RouterEffect> End()
    {
        List<RouterEffect> effects = _effects;
        _effects = [];
        return effects;
    }
}
