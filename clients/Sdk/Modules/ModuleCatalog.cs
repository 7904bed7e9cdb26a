using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Chain;

namespace Dsdn.Sdk.Modules;

/// <summary>The modules of Chain Nusantara as this version declares them.</summary>
public static class ModuleCatalog
{
    /// <summary>Ascending by address.</summary>
    public static IReadOnlyList<ModuleInterface> All { get; } = [];

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
        foreach (Dsdn.Chain.Codecs.Abi.AbiEvent declared in module.Events)
        {
            if (declared.TryDecode(log.Topics, log.Data.Span, out Dsdn.Chain.Codecs.Abi.AbiValue[] values))
            {
                return new EventText($"{module.Name}.{declared.Name}", AbiText.Format(declared.Inputs, values));
            }
        }
        return null;
    }
}

/// <summary>An event as people read it.</summary>
public sealed record EventText(string Name, string Arguments);
