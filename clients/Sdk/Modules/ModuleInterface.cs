using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Modules;

/// <summary>A custom error with the stable code and the English meaning its module declares.</summary>
public sealed record ModuleError(AbiError Abi, string Code, string Meaning);

/// <summary>What a client knows of a module: where it is and what it can be asked, will log and may refuse.</summary>
public sealed record ModuleInterface(
    string Name, Address Address, string Summary, IReadOnlyList<AbiFunction> Functions, IReadOnlyList<AbiEvent> Events, IReadOnlyList<ModuleError> Errors)
{
    /// <summary>By name, ignoring case; null where there is none. Methods are not overloaded.</summary>
    public AbiFunction? Function(string name) => Functions.FirstOrDefault(function => string.Equals(function.Name, name, StringComparison.OrdinalIgnoreCase));
}
