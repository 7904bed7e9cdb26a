using Dsdn.Cli.Display;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;

namespace Dsdn.Cli.Commands;

/// <summary>A module or method by the name a user typed, with the nearest known one when it is mistyped.</summary>
internal static class ModuleChoice
{
    public static ModuleInterface Module(string name) => ModuleCatalog.Find(name) ?? throw Unknown(ErrorCodes.ModuleUnknown, name, "", ModuleCatalog.All.Select(module => module.Name));

    public static ModuleMethod Method(string moduleName, string methodName)
    {
        ModuleInterface module = Module(moduleName);
        return module.Function(methodName) is { } function
            ? new ModuleMethod(module, function)
            : throw Unknown(ErrorCodes.MethodUnknown, methodName, module.Name, module.Functions.Select(known => known.Name));
    }

    private static DsdnException Unknown(string code, string typed, string module, IEnumerable<string> known)
    {
        string[] names = known.ToArray();
        return new DsdnException(code, ErrorClass.Usage, typed, module, NearestName.Find(typed, names) ?? string.Join(", ", names));
    }
}
