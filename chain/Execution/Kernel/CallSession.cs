using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Execution.Kernel;

/// <summary>
/// What one transaction's call (or one block phase) shares between the modules it runs through: the overlay, gas, logs, and
/// which accounts and records are warm. Every touch of state passes here and is charged here.
/// </summary>
internal sealed class CallSession
{
    private readonly IStateView _view;
    private readonly StateOverlay? _overlay;
    private readonly GasSchedule _schedule;
    private readonly HashSet<Address> _warmAccounts = [];
    private readonly HashSet<Hash256> _warmSlots = [];
    private readonly Address _warmSlotsOf;
    private readonly Dictionary<byte[], Touch> _touches = new(FlatKeyComparer.Instance);
    private readonly HashSet<Address> _changedAccounts = [];

    /// <summary>A view that only reads and is not metered: invariants, the validator set.</summary>
    public CallSession(IStateView view)
    {
        _view = view;
        _schedule = GasSchedule.Default;
        IsStatic = true;
    }

    /// <param name="gas">Null in block phases, whose work is bounded by construction.</param>
    public CallSession(StateOverlay overlay, GasSchedule schedule, GasMeter? gas)
    {
        _view = _overlay = overlay;
        _schedule = schedule;
        Gas = gas;
    }

    public CallSession(StateOverlay overlay, GasSchedule schedule, GasMeter gas, BlockContext block, CallInput input)
        : this(overlay, schedule, gas)
    {
        IsStatic = input.IsStatic;
        _warmAccounts.Add(input.Caller);
        _warmAccounts.Add(input.To);
        _warmAccounts.Add(block.Coinbase); // EIP-3651
        _warmSlotsOf = input.To;
        foreach (AccessListEntry entry in input.AccessList)
        {
            _warmAccounts.Add(entry.Address);
            if (entry.Address == input.To) _warmSlots.UnionWith(entry.StorageKeys);
        }
    }

    public GasMeter? Gas { get; }

    /// <summary>While set, writes are refused and remembered in <see cref="WriteRefused"/>.</summary>
    public bool IsStatic { get; set; }

    public bool WriteRefused { get; set; }

    /// <summary>Multicalls inside multicalls.</summary>
    public int BatchDepth { get; set; }

    public List<LogEntry> Logs { get; } = [];

    public IStateView View => _view;

    public bool IsExhausted => Gas is { IsExhausted: true };

    public bool Charge(ulong gas) => Gas is null || Gas.Charge(gas);

    public Amount BalanceOf(in Address address)
    {
        ChargeAccount(address);
        _view.TryGetAccount(address, out Account account);
        return account.Balance;
    }

    /// <summary>False, and nothing moved, where the balance does not cover it or writing is refused.</summary>
    public bool Move(in Address from, in Address to, Amount amount)
    {
        ChargeAccount(from);
        ChargeAccount(to);
        if (!MayWrite() || _overlay is null) return false;
        _overlay.TryGetAccount(from, out Account source);
        if (source.Balance < amount) return false;
        bool targetExists = _overlay.TryGetAccount(to, out _);
        if (!ChargeAccountChange(from, true) || !ChargeAccountChange(to, targetExists)) return false;
        _overlay.SetAccount(from, source with { Balance = source.Balance - amount });
        _overlay.TryGetAccount(to, out Account target);
        _overlay.SetAccount(to, target with { Balance = target.Balance + amount });
        return true;
    }

    public bool TryRead(byte[] flatKey, out ReadOnlyMemory<byte> value)
    {
        bool found = _view.TryGetRecord(flatKey, out value);
        if (Gas is null) return found;
        TouchRecord(flatKey, found, value.Length);
        if (value.Length > _schedule.ReadBytesIncluded) Gas.Charge((ulong)(value.Length - _schedule.ReadBytesIncluded) * _schedule.ReadByte);
        return found;
    }

    public void Write(byte[] flatKey, ReadOnlyMemory<byte> value)
    {
        if (!MayWrite() || _overlay is null) return;
        if (Gas is not null && !ChargeWrite(flatKey, value)) return;
        _overlay.SetRecord(flatKey, value);
    }

    public IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Scan(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from, int limit)
    {
        if (!Charge(_schedule.IterateStep)) return [];
        IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> rows = _view.Scan(prefix, from, limit);
        return Charge(_schedule.IterateStep * (ulong)rows.Count) ? rows : [];
    }

    public void Emit(in Address address, AbiEvent declaration, ReadOnlySpan<AbiValue> values)
    {
        if (!MayWrite()) return;
        (Hash256[] topics, byte[] data) = declaration.Encode(values);
        if (!Charge(_schedule.Log + (_schedule.LogTopic * (ulong)topics.Length) + (_schedule.LogByte * (ulong)data.Length))) return;
        Logs.Add(new LogEntry(address, topics, data));
    }

    public bool ChargeEd25519() => Charge(_schedule.Ed25519Verify);

    public bool ChargeKeccak(int bytes) => Charge(_schedule.Keccak + (_schedule.KeccakWord * (((ulong)bytes + 31) / 32)));

    public bool ChargeDispatch() => Charge(_schedule.Dispatch);

    public bool ChargeReturn(int bytes) => Charge(_schedule.ReturnWord * ((ulong)bytes / 32));

    public bool ChargeInnerCall(int bytes) => Charge(_schedule.InnerCall + (_schedule.KeccakWord * (((ulong)bytes + 31) / 32)));

    private bool MayWrite()
    {
        if (!IsStatic) return !IsExhausted;
        WriteRefused = true;
        return false;
    }

    private void ChargeAccount(in Address address)
    {
        if (Gas is not null) Gas.Charge(_warmAccounts.Add(address) ? _schedule.ColdAccount : _schedule.Warm);
    }

    private bool ChargeAccountChange(in Address address, bool exists)
    {
        if (Gas is null) return true;
        if (!_changedAccounts.Add(address)) return Gas.Charge(_schedule.Warm);
        return Gas.Charge(exists ? _schedule.ChangeRecord : _schedule.NewRecord);
    }

    private Touch TouchRecord(byte[] flatKey, bool found, int length)
    {
        if (_touches.TryGetValue(flatKey, out Touch? touch))
        {
            Gas?.Charge(_schedule.Warm);
            return touch;
        }
        bool listed = _warmSlots.Count > 0 && RecordKey.ModuleAddress(flatKey) == _warmSlotsOf && _warmSlots.Contains(RecordKey.Slot(flatKey));
        Gas?.Charge(listed ? _schedule.Warm : _schedule.ColdRecord);
        touch = new Touch { ExistedBefore = found, Length = found ? length : 0 };
        _touches.Add(flatKey, touch);
        return touch;
    }

    private bool ChargeWrite(byte[] flatKey, ReadOnlyMemory<byte> value)
    {
        bool found = _view.TryGetRecord(flatKey, out ReadOnlyMemory<byte> current);
        Touch touch = TouchRecord(flatKey, found, current.Length);
        if (current.Span.SequenceEqual(value.Span)) return Charge(_schedule.Warm);
        int paidBytes = Math.Max(touch.Length, _schedule.RecordBytesIncluded);
        ulong grown = value.Length > paidBytes ? (ulong)(value.Length - paidBytes) * _schedule.RecordByte : 0;
        ulong price = touch.IsWritten ? _schedule.Warm : touch.ExistedBefore ? _schedule.ChangeRecord : _schedule.NewRecord;
        if (!Charge(price + grown)) return false;
        touch.IsWritten = true;
        touch.Length = Math.Max(touch.Length, value.Length);
        SettleRefund(touch, value.IsEmpty);
        return true;
    }

    private void SettleRefund(Touch touch, bool isDeleted)
    {
        if (Gas is null || !touch.ExistedBefore || touch.IsRefunded == isDeleted) return;
        if (isDeleted) Gas.AddRefund(_schedule.DeleteRefund);
        else Gas.TakeRefund(_schedule.DeleteRefund);
        touch.IsRefunded = isDeleted;
    }

    /// <summary>What a transaction knows of a record it touched.</summary>
    private sealed class Touch
    {
        public required bool ExistedBefore { get; init; }
        public required int Length { get; set; }
        public bool IsWritten { get; set; }
        public bool IsRefunded { get; set; }
    }
}
