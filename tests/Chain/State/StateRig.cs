using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.State.Storage;

namespace Dsdn.Chain.Tests.State;

/// <summary>A state on a store, beside plain maps of what it should hold at every height.</summary>
internal sealed class StateRig(IKeyValueStore store, StateOptions options)
{
    public const int Modules = 3;

    public IKeyValueStore Store { get; } = store;

    public StateOptions Options { get; } = options;

    public StateStore State { get; private set; } = StateStore.Open(store, options);

    /// <summary>By height.</summary>
    public List<Model> Models { get; } = [];

    public Model Head => Models[^1];

    public sealed record Model(SortedDictionary<Address, Account> Accounts, SortedDictionary<byte[], byte[]> Records, Hash256 Root);

    public static Address AddressOf(int number)
    {
        byte[] bytes = new byte[20];
        bytes[0] = 0xaa;
        bytes[18] = (byte)(number >> 8);
        bytes[19] = (byte)number;
        return new Address(bytes);
    }

    public static Address Module(int number) => Address.FromNumber((ushort)(RecordKey.ModuleBase + number));

    public void Genesis()
    {
        var overlay = new StateOverlay(State.Head);
        for (int i = 0; i < 50; i++) overlay.SetAccount(AddressOf(i), new Account(0, Amount.Nusa(1_000)));
        for (int i = 0; i < Modules; i++) overlay.SetAccount(Module(i), new Account(0, Amount.Zero, IsModule: true));
        Commit(overlay);
    }

    /// <summary>A block of random transfers, new and emptied accounts, and records of all kinds.</summary>
    public void RandomBlock(Random random, int writes = 20)
    {
        var overlay = new StateOverlay(State.Head);
        RandomWrites(overlay, random, writes);
        Commit(overlay);
    }

    public static void RandomWrites(StateOverlay overlay, Random random, int writes)
    {
        for (int i = 0; i < writes; i++)
        {
            Address address = AddressOf(random.Next(120));
            overlay.TryGetAccount(address, out Account account);
            overlay.SetAccount(address, random.Next(5) == 0 ? default : new Account(account.Nonce + 1, new Amount((UInt128)random.NextInt64())));
            overlay.SetRecord(RandomKey(random), random.Next(4) == 0 ? default : RandomValue(random));
            overlay.SetRecord(RecordKey.Make((byte)random.Next(Modules), 0x8001, [(byte)random.Next(20)]), Word(random));
        }
    }

    public static byte[] RandomKey(Random random)
    {
        byte[] key = new byte[random.Next(1, 4)];
        for (int i = 0; i < key.Length; i++) key[i] = (byte)(random.Next(3) * 127);
        return RecordKey.Make((byte)random.Next(Modules), (ushort)random.Next(1, 3), key);
    }

    public void Commit(StateOverlay overlay, bool sync = true)
    {
        StateChanges changes = overlay.Changes();
        StateVersion version = State.Derive(State.Current, changes);
        using IWriteBatch batch = Store.CreateBatch();
        State.Stage(batch, (ulong)Models.Count, version, changes);
        Store.Write(batch, sync);
        State.Promote(version);
        Record(changes, version.Root);
    }

    public void Record(StateChanges changes, Hash256 root)
    {
        var accounts = new SortedDictionary<Address, Account>(Models.Count == 0 ? [] : Head.Accounts);
        foreach ((Address address, Account account) in changes.Accounts)
        {
            if (account.IsEmpty) accounts.Remove(address);
            else accounts[address] = account;
        }
        var records = new SortedDictionary<byte[], byte[]>(Models.Count == 0 ? new SortedDictionary<byte[], byte[]>(ByteOrder.Instance) : Head.Records, ByteOrder.Instance);
        foreach ((byte[] key, ReadOnlyMemory<byte> value) in changes.Records)
        {
            if (value.IsEmpty) records.Remove(key);
            else records[key] = value.ToArray();
        }
        Models.Add(new Model(accounts, records, root));
    }

    public void Reopen()
    {
        State = StateStore.Open(Store, Options);
        Models.RemoveRange((int)State.Height + 1, Models.Count - (int)State.Height - 1);
    }

    public static void AssertShows(Model model, IStateView view)
    {
        for (int i = 0; i < 120; i++)
        {
            Assert.Equal(model.Accounts.TryGetValue(AddressOf(i), out Account expected), view.TryGetAccount(AddressOf(i), out Account account));
            Assert.Equal(expected, account);
        }
        foreach ((byte[] key, byte[] value) in model.Records)
        {
            Assert.True(view.TryGetRecord(key, out ReadOnlyMemory<byte> read));
            Assert.Equal(value, read.ToArray());
        }
        for (byte module = 0; module < Modules; module++)
        {
            foreach (byte[] prefix in (byte[][])[[module], [module, 0, 1], [module, 0, 1, 0], [module, 0x80, 1]])
                foreach (int limit in (int[])[2, 1_000])
                    foreach (byte[] from in (byte[][])[[], [module, 0, 1, 127]])
                        AssertScan(model, view, prefix, from, limit);
        }
    }

    private static void AssertScan(Model model, IStateView view, byte[] prefix, byte[] from, int limit)
    {
        var expected = model.Records.Where(r => r.Key.AsSpan().StartsWith(prefix) && r.Key.AsSpan().SequenceCompareTo(from) >= 0).Take(limit).ToList();
        var found = view.Scan(prefix, from, limit);
        Assert.Equal(expected.Select(r => Convert.ToHexString(r.Key)), found.Select(r => Convert.ToHexString(r.Key)));
        Assert.Equal(expected.Select(r => Convert.ToHexString(r.Value)), found.Select(r => Convert.ToHexString(r.Value.Span)));
    }

    private static byte[] RandomValue(Random random)
    {
        byte[] value = new byte[random.Next(1, 60)];
        random.NextBytes(value);
        return value;
    }

    /// <summary>Often small, so that leaves shorter than 32 bytes and zeros come up.</summary>
    private static byte[] Word(Random random)
    {
        byte[] word = new byte[32];
        if (random.Next(2) == 0) random.NextBytes(word);
        else word[31] = (byte)random.Next(3);
        return word;
    }
}
