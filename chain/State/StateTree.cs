using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State.Verification;
using Dsdn.Chain.Trie;

namespace Dsdn.Chain.State;

/// <summary>
/// Derives versions of the tree. Keys are secured (Keccak-256 of address or slot) and nodes hashed in batches. Thread-safe, one derivation at a time.
/// </summary>
internal sealed class StateTree(ITriePages pages, KeccakPath path)
{
    public const int Modules = 16;

    /// <summary>The code of a module as tools see it, PUSH1 0 PUSH1 0 REVERT, by its hash (chain-decisions 2).</summary>
    public static readonly Hash256 ModuleCodeHash = Keccak.Hash([0x60, 0x00, 0x60, 0x00, 0xfd]);

    private readonly object _gate = new();
    private readonly HashPlan _plan = new(path);

    public StateTree(ITriePages pages) : this(pages, KeccakBatch.BestPath)
    {
    }

    /// <summary>Rounds of eviction so far; new and loaded nodes carry it.</summary>
    public int Round { get; set; }

    /// <exception cref="InvalidOperationException">records of a module that has no account: a bug of the caller's</exception>
    public TreeVersion Derive(TreeVersion parent, StateChanges changes)
    {
        lock (_gate) return DeriveAlone(parent, changes);
    }

    /// <summary>One trie with more leaves, whose keys and payloads are made already. Of a module's trie, its account's leaf is the caller's to set after.</summary>
    /// <param name="trie">0: the accounts; 1 + n: module n.</param>
    public TreeVersion Append(TreeVersion parent, byte trie, IReadOnlyList<FlatLeaf> leaves)
    {
        lock (_gate)
        {
            _plan.Clear();
            var nodes = (TrieNode?[])parent.Nodes.Clone();
            var roots = (Hash256[])parent.Roots.Clone();
            var changes = new TrieChanges(leaves.Count);
            foreach (FlatLeaf leaf in leaves) changes.Add(leaf.Key.Span, leaf.Payload);
            changes.Sort();
            var update = new TrieUpdate(trie, TriePages.Form(trie), changes, pages, _plan, Round);
            byte[] slot = new byte[NodeEncoding.SlotBytes];
            nodes[trie] = update.Apply(nodes[trie], slot);
            _plan.Run();
            roots[trie] = new Hash256(slot.AsSpan(1));
            return new TreeVersion(nodes, roots)
            {
                UnwrittenBytes = parent.UnwrittenBytes + update.UnwrittenBytes,
                Vacated = update.Vacated.Count == 0 ? parent.Vacated : new VacatedPages([.. update.Vacated], parent.Vacated),
            };
        }
    }

    private TreeVersion DeriveAlone(TreeVersion parent, StateChanges changes)
    {
        _plan.Clear(); // of what an exception left behind
        var nodes = (TrieNode?[])parent.Nodes.Clone();
        var roots = (Hash256[])parent.Roots.Clone();
        var vacated = new List<byte[]>();
        long unwritten = parent.UnwrittenBytes;

        bool[] isChanged = UpdateStorage(changes.Records, nodes, roots, vacated, ref unwritten);
        TrieChanges accounts = AccountChanges(changes.Accounts, parent, roots, isChanged);
        var update = new TrieUpdate(0, LeafForm.Account, accounts, pages, _plan, Round);
        byte[] slot = new byte[NodeEncoding.SlotBytes];
        nodes[0] = update.Apply(nodes[0], slot);
        _plan.Run();
        if (!ReferenceEquals(nodes[0], parent.Nodes[0])) roots[0] = nodes[0] == null ? SortedTrie.EmptyRoot : new Hash256(slot.AsSpan(1));
        vacated.AddRange(update.Vacated);
        return new TreeVersion(nodes, roots)
        {
            UnwrittenBytes = unwritten + update.UnwrittenBytes,
            Vacated = vacated.Count == 0 ? parent.Vacated : new VacatedPages(vacated, parent.Vacated),
        };
    }

    private bool[] UpdateStorage(
        IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> records, TrieNode?[] nodes, Hash256[] roots, List<byte[]> vacated, ref long unwritten)
    {
        var isChanged = new bool[Modules];
        if (records.Count == 0) return isChanged;
        Hash256[] slots = SecureKeys.OfRecords(records);
        Hash256[] words = SecureKeys.WordsOfRecords(records);
        var rootSlots = new byte[Modules][];
        var before = (TrieNode?[])nodes.Clone();
        Span<byte> payload = stackalloc byte[NodeEncoding.SlotBytes];
        for (int first = 0; first < records.Count;)
        {
            int module = records[first].Key[0];
            if (module >= Modules) throw new InvalidOperationException($"no module {module}");
            var changes = new TrieChanges(16);
            int i = first;
            for (; i < records.Count && records[i].Key[0] == module; i++)
                changes.Add(slots[i].Span, payload[..WriteWord(payload, words[i])]);
            first = i;
            changes.Sort();
            byte trie = (byte)(1 + module);
            var update = new TrieUpdate(trie, LeafForm.Word, changes, pages, _plan, Round);
            rootSlots[module] = new byte[NodeEncoding.SlotBytes];
            nodes[trie] = update.Apply(nodes[trie], rootSlots[module]);
            isChanged[module] = !ReferenceEquals(nodes[trie], before[trie]);
            vacated.AddRange(update.Vacated);
            unwritten += update.UnwrittenBytes;
        }
        _plan.Run();
        for (int module = 0; module < Modules; module++)
        {
            if (isChanged[module]) roots[1 + module] = nodes[1 + module] == null ? SortedTrie.EmptyRoot : new Hash256(rootSlots[module].AsSpan(1));
        }
        return isChanged;
    }

    private TrieChanges AccountChanges(
        IReadOnlyList<KeyValuePair<Address, Account>> accounts, TreeVersion parent, Hash256[] roots, bool[] isChanged)
    {
        var changes = new TrieChanges(accounts.Count + Modules);
        Hash256[] keys = SecureKeys.OfAccounts(accounts);
        Span<byte> payload = stackalloc byte[LeafPayload.BytesMax];
        for (int i = 0; i < accounts.Count; i++)
        {
            (Address address, Account account) = accounts[i];
            int module = ModuleOf(address);
            if (module >= 0) isChanged[module] = false;
            changes.Add(keys[i].Span, payload[..WriteAccount(payload, account, module, roots)]);
        }
        for (int module = 0; module < Modules; module++)
        {
            if (!isChanged[module]) continue;
            // The account itself did not change, but its storage root did.
            Hash256 key = Keccak.Hash(Address.FromNumber((ushort)(RecordKey.ModuleBase + module)).Span);
            ReadOnlyMemory<byte> leaf = TrieReader.Find(parent.Nodes[0], 0, key.Span, pages);
            if (leaf.IsEmpty || leaf.Span[0] != LeafPayload.Whole || !LeafPayload.TryReadAccount(leaf.Span, out ulong nonce, out UInt128 balance))
                throw new InvalidOperationException($"module {module} has records but no account");
            changes.Add(key.Span, payload[..WriteAccount(payload, new Account(nonce, new Amount(balance), IsModule: true), module, roots)]);
        }
        changes.Sort();
        return changes;
    }

    /// <summary>Module n where the address is 0x800 + n, else -1.</summary>
    public static int ModuleOf(in Address address)
    {
        ReadOnlySpan<byte> bytes = address.Span;
        return bytes[18] == RecordKey.ModuleBase >> 8 && bytes[19] < Modules && bytes[..18].IndexOfAnyExcept((byte)0) < 0 ? bytes[19] : -1;
    }

    /// <summary>The payload of an account's leaf; 0 bytes where there is no account.</summary>
    public static int WriteAccount(Span<byte> payload, in Account account, int module, ReadOnlySpan<Hash256> roots)
    {
        Hash256 storage = module >= 0 ? roots[1 + module] : SortedTrie.EmptyRoot;
        if (account.IsModule != (module >= 0) && (account.IsModule || storage != SortedTrie.EmptyRoot))
            throw new InvalidOperationException(account.IsModule ? "an account that is no module is marked as one" : $"module {module} has records but no account");
        if (account.IsEmpty) return 0;
        return account.IsModule
            ? LeafPayload.WriteWhole(payload, account.Nonce, account.Balance.BaseUnits, storage, ModuleCodeHash)
            : LeafPayload.WritePlain(payload, account.Nonce, account.Balance.BaseUnits);
    }

    /// <summary>RLP of the word without its leading zeros; 0 bytes for zero, which is no leaf.</summary>
    public static int WriteWord(Span<byte> payload, in Hash256 word)
    {
        ReadOnlySpan<byte> trimmed = word.Span.TrimStart((byte)0);
        return trimmed.IsEmpty ? 0 : NodeEncoding.WriteString(payload, trimmed);
    }
}
