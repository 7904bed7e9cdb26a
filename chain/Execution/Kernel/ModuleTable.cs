using System.Buffers.Binary;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Execution.Kernel;

/// <summary>Who can be accused of what was signed at a height; without writing: the context has no block.</summary>
/// <param name="Find">Of validator, height, height and time of the block that would punish.</param>
public sealed record EvidencePort(byte Module, Func<ModuleContext, Address, ulong, ulong, ulong, Accused> Find);

/// <summary>What blocks need of the modules: who votes, where base fees go, and who can be accused.</summary>
/// <param name="Evidence">Null: blocks take no evidence.</param>
public sealed record ConsensusPort(byte Module, Func<ModuleContext, ValidatorSet> Validators, EvidencePort? Evidence = null)
{
    public Address FeePool => Address.FromNumber((ushort)(RecordKey.ModuleBase + Module));
}

/// <summary>
/// All modules of a chain, checked once when built: numbers, names, selectors, events, error codes, table ids and the
/// graph of uses. A mistake here is a mistake of ours and throws.
/// </summary>
public sealed class ModuleTable
{
    /// <summary>The header commits to sixteen module storage roots.</summary>
    public const int ModulesMax = 16;

    private readonly Entry?[] _entries = new Entry?[ModulesMax];

    public ModuleTable(IReadOnlyList<ModuleDeclaration> modules, IReadOnlyList<Hook> beginBlock, IReadOnlyList<Hook> endBlock, ConsensusPort consensus)
    {
        Modules = [.. modules.OrderBy(module => module.Number)];
        BeginBlock = beginBlock;
        EndBlock = endBlock;
        Consensus = consensus;
        foreach (ModuleDeclaration module in Modules)
        {
            if (module.Number >= ModulesMax || _entries[module.Number] is not null) throw new ArgumentException($"module number {module.Number}");
            _entries[module.Number] = new Entry(module);
        }
        if (Modules.DistinctBy(module => module.Name).Count() != Modules.Count) throw new ArgumentException("two modules share a name");
        foreach (Hook hook in beginBlock.Concat(endBlock)) RequireModule(hook.Module);
        foreach (ModuleDeclaration module in Modules) CheckUses(module, 1);
        CheckErrorCodes();
        RequireModule(consensus.Module);
        if (consensus.Evidence is { } evidence) RequireModule(evidence.Module);
    }

    /// <summary>Ascending by number.</summary>
    public IReadOnlyList<ModuleDeclaration> Modules { get; }

    /// <summary>In the order they run.</summary>
    public IReadOnlyList<Hook> BeginBlock { get; }

    public IReadOnlyList<Hook> EndBlock { get; }

    public ConsensusPort Consensus { get; }

    public static Address AddressOf(byte module) => Address.FromNumber((ushort)(RecordKey.ModuleBase + module));

    internal Entry? Find(in Address address)
    {
        ReadOnlySpan<byte> bytes = address.Span;
        if (bytes[18] != RecordKey.ModuleBase >> 8 || bytes[19] >= ModulesMax || bytes[..18].IndexOfAnyExcept((byte)0) >= 0) return null;
        return _entries[bytes[19]];
    }

    internal bool MayEnter(byte from, byte to) => _entries[from]?.Declaration.Uses.Contains(to) == true;

    private void RequireModule(byte number)
    {
        if (number >= ModulesMax || _entries[number] is null) throw new ArgumentException($"no module {number}");
    }

    /// <summary>The graph of uses is as shallow as the contexts allow, hence without circles.</summary>
    private void CheckUses(ModuleDeclaration module, int depth)
    {
        if (depth > ModuleContext.DepthMax) throw new ArgumentException($"module {module.Name}: uses go deeper than {ModuleContext.DepthMax} or in a circle");
        foreach (byte used in module.Uses)
        {
            RequireModule(used);
            CheckUses(Modules.First(other => other.Number == used), depth + 1);
        }
    }

    private void CheckErrorCodes()
    {
        HashSet<string> codes = new(StringComparer.Ordinal);
        foreach (ErrorDeclaration error in KernelErrors.All.Concat(Modules.SelectMany(module => module.Errors)))
            if (!codes.Add(error.Code)) throw new ArgumentException($"error code {error.Code} is declared twice");
    }

    /// <summary>A module with its methods by selector.</summary>
    internal sealed class Entry
    {
        private readonly Dictionary<uint, Method> _methods = [];

        public Entry(ModuleDeclaration declaration)
        {
            Declaration = declaration;
            Address = AddressOf(declaration.Number);
            HashSet<string> names = new(StringComparer.Ordinal);
            foreach (Method method in declaration.Methods)
            {
                if (!_methods.TryAdd(BinaryPrimitives.ReadUInt32BigEndian(method.Abi.Selector), method))
                    throw new ArgumentException($"module {declaration.Name}: two methods share the selector of {method.Abi.Signature}");
                if (!names.Add(method.Abi.Name)) throw new ArgumentException($"module {declaration.Name}: method {method.Abi.Name} is overloaded");
            }
            CheckDistinct(declaration.Errors.Concat(KernelErrors.All).Select(error => Convert.ToHexString(error.Abi.Selector)), "error selectors");
            CheckDistinct(declaration.Events.Concat(KernelEvents.All).Select(one => one.Abi.Signature), "events");
            CheckDistinct(declaration.Tables.Select(table => table.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)), "table ids");
        }

        public ModuleDeclaration Declaration { get; }

        public Address Address { get; }

        public Method? Method(ReadOnlySpan<byte> selector) => _methods.GetValueOrDefault(BinaryPrimitives.ReadUInt32BigEndian(selector));

        private void CheckDistinct(IEnumerable<string> keys, string what)
        {
            HashSet<string> seen = new(StringComparer.Ordinal);
            foreach (string key in keys)
                if (!seen.Add(key)) throw new ArgumentException($"module {Declaration.Name}: {what} repeat ({key})");
        }
    }
}
