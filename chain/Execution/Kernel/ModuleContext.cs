using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Execution.Kernel;

/// <summary>
/// All that a module's code can reach: its own tables, its own balance, its events, the block, and the published functions
/// of the modules it declared to use. Reads after gas ran out still answer truly; writes do nothing, and the kernel
/// discards the call.
/// </summary>
public sealed class ModuleContext
{
    /// <summary>Modules entered inside one another.</summary>
    public const int DepthMax = 4;

    private readonly ModuleTable _table;
    private readonly CallSession _session;
    private readonly BlockContext? _block;
    private readonly byte _module;
    private readonly int _depth;

    internal ModuleContext(ModuleTable table, CallSession session, BlockContext? block, byte module, Address caller, Amount value, int depth = 1)
    {
        _table = table;
        _session = session;
        _block = block;
        _module = module;
        _depth = depth;
        Self = Address.FromNumber((ushort)(RecordKey.ModuleBase + module));
        Caller = caller;
        Value = value;
    }

    /// <summary>The module's own account.</summary>
    public Address Self { get; }

    /// <summary>The transaction's sender, or the account of the module that entered this one.</summary>
    public Address Caller { get; }

    /// <summary>What came with the call; it already lies in <see cref="Self"/>.</summary>
    public Amount Value { get; }

    public BlockContext Block => _block ?? throw new InvalidOperationException("no block here: this context only reads a state");

    public CallFacts Call => new(Caller, Value, Block);

    /// <summary>Loops look at it between steps.</summary>
    public bool IsExhausted => _session.IsExhausted;

    public Amount Balance => _session.BalanceOf(Self);

    /// <summary>Pays from the module's own balance and emits <c>Moved</c>. Nothing happens for zero.</summary>
    /// <exception cref="InvalidOperationException">the balance does not cover it: the module's books are wrong</exception>
    public void Pay(in Address to, Amount amount, MoveReason reason)
    {
        if (amount.IsZero) return;
        if (_session.Move(Self, to, amount)) Emit(KernelEvents.Moved, Self, to, amount, reason.Word);
        else if (!_session.IsStatic && !_session.IsExhausted)
            throw new InvalidOperationException($"DSDN-E-INVARIANT: module {_module} cannot pay {amount} ({reason})");
    }

    public void Emit(EventDeclaration declaration, params ReadOnlySpan<AbiValue> values) => _session.Emit(Self, declaration.Abi, values);

    /// <summary>False for a bad signature, and where gas does not cover the check.</summary>
    public bool VerifyEd25519(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        _session.ChargeEd25519() && Ed25519.Verify(message, signature, publicKey);

    /// <summary>The check of a key at registration. Charged as a verification; false where gas does not cover it.</summary>
    public bool IsPrimeOrderKey(ReadOnlySpan<byte> publicKey) => _session.ChargeEd25519() && Ed25519.IsPrimeOrderKey(publicKey);

    public Hash256 Keccak256(ReadOnlySpan<byte> bytes) => _session.ChargeKeccak(bytes.Length) ? Keccak.Hash(bytes) : default;

    /// <summary>True for the accounts of modules, which must not be paid by anybody but modules: their books would not show it.</summary>
    public bool IsModule(in Address address) => _table.Find(address) is not null;

    /// <summary>The context in which a published function of another module runs: same journal, gas and logs.</summary>
    /// <exception cref="InvalidOperationException">not declared in <see cref="ModuleDeclaration.Uses"/>, or too deep: a bug</exception>
    public ModuleContext Enter(byte module)
    {
        if (!_table.MayEnter(_module, module)) throw new InvalidOperationException($"module {_module} does not declare the use of {module}");
        if (_depth >= DepthMax) throw new InvalidOperationException($"modules entered deeper than {DepthMax}");
        return new ModuleContext(_table, _session, _block, module, Self, Amount.Zero, _depth + 1);
    }

    internal bool TryRead(byte module, byte[] flatKey, out ReadOnlyMemory<byte> value)
    {
        CheckOwn(module);
        return _session.TryRead(flatKey, out value);
    }

    internal void Write(byte module, byte[] flatKey, ReadOnlyMemory<byte> value)
    {
        CheckOwn(module);
        _session.Write(flatKey, value);
    }

    internal IReadOnlyList<KeyValuePair<byte[], ReadOnlyMemory<byte>>> Scan(byte module, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> from, int limit)
    {
        CheckOwn(module);
        return _session.Scan(prefix, from, limit);
    }

    private void CheckOwn(byte module)
    {
        if (module != _module) throw new InvalidOperationException($"module {_module} reached into a table of module {module}");
    }
}
