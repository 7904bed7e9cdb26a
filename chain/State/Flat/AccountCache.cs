using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.State.Flat;

/// <summary>
/// Accounts of the flat tables' present, absent ones too, in sets of four with one bit of use. Bounded; thread-safe. A value read from
/// disk enters only if no commit began since before the read (<see cref="CommitGate"/>), so an old value can never outlive a commit.
/// </summary>
internal sealed class AccountCache(int entriesMax, CommitGate commits)
{
    private const int Ways = 4;

    private readonly object[] _gates = [.. Enumerable.Range(0, 64).Select(_ => new object())];
    private readonly Entry[] _entries = new Entry[CacheSize.PowerOfTwo(entriesMax, Ways)];

    public bool TryGet(in Address address, out Account account)
    {
        int set = Set(address, out object gate);
        lock (gate)
        {
            int at = Find(set, address);
            if (at < 0)
            {
                account = default;
                return false;
            }
            _entries[at].State = State.Used;
            account = _entries[at].Value;
            return true;
        }
    }

    /// <param name="sequence">Of <see cref="CommitGate"/>, taken before the account was read.</param>
    public void Add(in Address address, in Account account, int sequence)
    {
        int set = Set(address, out object gate);
        lock (gate)
        {
            if (commits.IsOpen(sequence) && Find(set, address) < 0) Put(set, address, account);
        }
    }

    public void Update(in Address address, in Account account)
    {
        int set = Set(address, out object gate);
        lock (gate)
        {
            int at = Find(set, address);
            if (at >= 0) _entries[at].Value = account;
            else Put(set, address, account);
        }
    }

    private int Set(in Address address, out object gate)
    {
        int set = AddressEquality.Instance.GetHashCode(address) & ((_entries.Length / Ways) - 1);
        gate = _gates[set & 63];
        return set * Ways;
    }

    private int Find(int set, in Address address)
    {
        for (int i = set; i < set + Ways; i++)
            if (_entries[i].State != State.Free && _entries[i].Key == address) return i;
        return -1;
    }

    private void Put(int set, in Address address, in Account account)
    {
        int victim = -1;
        for (int i = set; i < set + Ways && victim < 0; i++)
            if (_entries[i].State != State.Used) victim = i;
        if (victim < 0)
        {
            victim = set;
            for (int i = set; i < set + Ways; i++) _entries[i].State = State.Unused;
        }
        _entries[victim] = new Entry { Key = address, Value = account, State = State.Used };
    }

    private enum State : byte
    {
        Free,
        Unused,
        Used,
    }

    private struct Entry
    {
        public Account Value;
        public Address Key;
        public State State;
    }
}
