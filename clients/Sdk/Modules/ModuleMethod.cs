using Dsdn.Chain.Codecs.Abi;

namespace Dsdn.Sdk.Modules;

/// <summary>A method of a module, found by <see cref="ModuleCatalog.Method"/>.</summary>
public sealed record ModuleMethod(ModuleInterface Module, AbiFunction Function);
