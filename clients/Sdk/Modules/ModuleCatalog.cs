using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;
using Dsdn.Modules;
using Dsdn.Sdk.Chain;

namespace Dsdn.Sdk.Modules;

/// <summary>The modules of Chain Nusantara as this version declares them.</summary>
public static class ModuleCatalog
{
    /// <summary>Ascending by address.</summary>
    public static IReadOnlyList<ModuleInterface> All { get; } = DsdnModules.Table.Modules.Select(Of).ToArray();

    /// <summary>By name, ignoring case, or by address.</summary>
    public static ModuleInterface? Find(string nameOrAddress) =>
        Address.TryParse(nameOrAddress, out Address address)
            ? All.FirstOrDefault(module => module.Address == address)
            : All.FirstOrDefault(module => string.Equals(module.Name, nameOrAddress, StringComparison.OrdinalIgnoreCase));

    /// <exception cref="ArgumentException">no such method: a mistake of the caller's code</exception>
    public static ModuleMethod Method(string module, string method)
    {
        ModuleInterface found = Find(module) ?? throw new ArgumentException($"no module {module}");
        return new ModuleMethod(found, found.Function(method) ?? throw new ArgumentException($"module {module} has no method {method}"));
    }

    /// <summary>Name and arguments of a module's event; null where no module declares it.</summary>
    public static EventText? Describe(LogInfo log)
    {
        ModuleInterface? module = All.FirstOrDefault(one => one.Address == log.Address);
        if (module is null || log.Topics.Count == 0) return null;
        foreach (AbiEvent declared in module.Events)
        {
            if (declared.TryDecode(log.Topics, log.Data.Span, out AbiValue[] values))
            {
                return new EventText($"{module.Name}.{declared.Name}", AbiText.Format(declared.Inputs, values));
            }
        }
        return null;
    }

    private static ModuleInterface Of(ModuleDeclaration module) => new(
        module.Name,
        ModuleTable.AddressOf(module.Number),
        module.Summary,
        module.Methods.Select(method => method.Abi).ToArray(),
        [.. module.Events.Concat(KernelEvents.All).Select(declared => declared.Abi)],
        [.. module.Errors.Concat(KernelErrors.All).Select(declared => new ModuleError(declared.Abi, declared.Code, declared.Meaning))]);
}

/// <summary>An event as people read it.</summary>
public sealed record EventText(string Name, string Arguments);
