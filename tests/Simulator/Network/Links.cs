using Dsdn.Consensus.Peers;
using Dsdn.Consensus.Replica;
using Dsdn.Simulator.Engine;
using Dsdn.Simulator.Faults;
using Dsdn.Simulator.Machines;

namespace Dsdn.Simulator.Network;

/// <summary>The connections between all machines, and what happens to messages on them.</summary>
internal sealed class Links(World world, SeededRandom random)
{
    private const ulong DialUs = 400_000;

    private Link[,] _links = new Link[0, 0];

    /// <summary>What travels now is subject to these.</summary>
    public LinkConditions Conditions { get; set; } = LinkConditions.Calm;

    /// <summary>True: nothing of the first gets to the second.</summary>
    public Func<int, int, bool>? Cut { get; set; }

    public ulong MessagesDelivered { get; private set; }

    public void Open()
    {
        int count = world.Machines.Count;
        _links = new Link[count, count];
        for (int i = 0; i < count; i++)
        {
            for (int j = i + 1; j < count; j++)
            {
                _links[i, j] = _links[j, i] = new Link();
                Dial(world.Machines[i], world.Machines[j], (ulong)random.Below(1_000));
            }
        }
    }

    /// <summary>A process began or came back: it and the others dial each other.</summary>
    public void Up(Machine machine)
    {
        foreach (Machine other in world.Machines)
        {
            if (other != machine) Dial(machine, other, (ulong)random.Below(50_000));
        }
    }

    /// <summary>The process of the machine ended: its connections break.</summary>
    public void Down(Machine machine)
    {
        foreach (Machine other in world.Machines)
        {
            if (other != machine) Break(machine, other);
        }
    }

    public void Ban(Machine by, Machine peer, ulong forUs)
    {
        Link link = _links[by.Index, peer.Index];
        link.BannedUntilUs = Math.Max(link.BannedUntilUs, world.Time.NowUs + forUs);
        Break(by, peer);
    }

    /// <summary>All bans and cuts end.</summary>
    public void Heal()
    {
        Cut = null;
        Conditions = LinkConditions.Calm;
        foreach (Link link in _links)
        {
            if (link is not null) link.BannedUntilUs = 0;
        }
    }

    public void Send(Machine from, Machine to, WireMessage message)
    {
        Link link = _links[from.Index, to.Index];
        if (!link.IsUp) return;
        if (Cut is { } cut && cut(from.Index, to.Index)) return;
        if (random.PerMille(Conditions.LossPerMille))
        {
            world.Faults.Count(Fault.MessageLost);
            return;
        }
        if (Conditions.BreakPerMillion > 0 && random.Below(1_000_000) < Conditions.BreakPerMillion)
        {
            world.Faults.Count(Fault.LinkBroken);
            Break(from, to);
            return;
        }
        Travel(link, from, to, message);
        if (!random.PerMille(Conditions.DuplicatePerMille)) return;
        world.Faults.Count(Fault.MessageDuplicated);
        Travel(link, from, to, message);
    }

    private void Travel(Link link, Machine from, Machine to, WireMessage message)
    {
        ulong delay = (ulong)(Conditions.BaseUs + random.Below(Conditions.JitterUs + 1)) + (ulong)message.Bytes.Length / 100;
        if (random.PerMille(Conditions.SlowPerMille))
        {
            world.Faults.Count(Fault.MessageSlow);
            delay += (ulong)random.Below(Conditions.SlowUs + 1);
        }
        ulong at = world.Time.NowUs + delay;
        ref ulong newest = ref link.Newest(from.Index < to.Index, message);
        // A status that comes after a newer one would be a lie; connections keep their order, so honest ones never do.
        if (Conditions.Reorders && !message.IsStatus && at < newest) world.Faults.Count(Fault.MessageReordered);
        else at = Math.Max(at, newest);
        newest = Math.Max(newest, at);
        int epoch = link.Epoch;
        world.Time.After(at - world.Time.NowUs, () =>
        {
            if (link.Epoch != epoch || to.Running is not { } process) return;
            MessagesDelivered++;
            world.Trace.Add((ulong)((from.Index * 1_024) + to.Index));
            world.Trace.Add(message.Bytes);
            process.Post(message.TryDecode(out PeerMessage? decoded, out PeerDecodeError error) && decoded is not null
                ? new ReplicaInput.Received(from.Peer, decoded, process.NowMs)
                : new ReplicaInput.Undecodable(from.Peer, error.ToString(), process.NowMs));
        });
    }

    private void Dial(Machine one, Machine other, ulong afterUs)
    {
        Link link = _links[one.Index, other.Index];
        if (link.IsDialling) return;
        link.IsDialling = true;
        world.Time.After(afterUs, () =>
        {
            link.IsDialling = false;
            if (link.IsUp || one.Running is not { } first || other.Running is not { } second) return;
            bool isCut = Cut is { } cut && (cut(one.Index, other.Index) || cut(other.Index, one.Index));
            if (isCut || world.Time.NowUs < link.BannedUntilUs)
            {
                Dial(one, other, DialUs + (ulong)random.Below((int)DialUs));
                return;
            }
            link.IsUp = true;
            link.Epoch++;
            first.Post(new ReplicaInput.PeerUp(other.Peer, first.NowMs));
            second.Post(new ReplicaInput.PeerUp(one.Peer, second.NowMs));
        });
    }

    private void Break(Machine one, Machine other)
    {
        Link link = _links[one.Index, other.Index];
        if (!link.IsUp) return;
        link.IsUp = false;
        link.Epoch++;
        Tell(one, other);
        Tell(other, one);
        Dial(one, other, DialUs + (ulong)random.Below((int)DialUs));
    }

    /// <summary>The one that lives notices after a moment.</summary>
    private void Tell(Machine machine, Machine lost)
    {
        if (machine.Running is { IsAlive: true } process)
            process.After((ulong)random.Below(20_000) + 1, () => process.Post(new ReplicaInput.PeerGone(lost.Peer, process.NowMs)));
    }

    private sealed class Link
    {
        private readonly ulong[] _newest = new ulong[6];

        public bool IsUp { get; set; }

        public bool IsDialling { get; set; }

        public int Epoch { get; set; }

        public ulong BannedUntilUs { get; set; }

        /// <summary>When the last message of that direction and lane arrives.</summary>
        public ref ulong Newest(bool isForward, WireMessage message) => ref _newest[(isForward ? 0 : 3) + (message.IsStatus ? 2 : (int)message.Lane)];
    }
}
