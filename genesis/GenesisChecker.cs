using Dsdn.Genesis.Reading;
using Dsdn.Genesis.Rules;

namespace Dsdn.Genesis;

/// <param name="Spec">Set only where there is no error.</param>
/// <param name="Errors">All of them, by line.</param>
public sealed record GenesisCheck(GenesisSpec? Spec, IReadOnlyList<GenesisError> Errors)
{
    /// <summary>Nothing is wrong but values that a template leaves open.</summary>
    public bool IsIncomplete => Errors.Count > 0 && Errors.All(error => error.Code == GenesisCodes.Incomplete);
}

/// <summary>Reads a spec file and finds everything that is wrong with it: form, sums, keys, rules.</summary>
public static class GenesisChecker
{
    public const int SpecBytesMax = 16 * 1024 * 1024;

    /// <param name="json">UTF-8.</param>
    public static GenesisCheck Check(ReadOnlySpan<byte> json)
    {
        List<GenesisError> errors = [];
        if (json.Length > SpecBytesMax)
            return new GenesisCheck(null, [new GenesisError(1, "", GenesisCodes.Json, $"above {SpecBytesMax} bytes")]);
        if (SpecParser.Parse(json, errors) is not { } root) return new GenesisCheck(null, errors);
        if (root.Kind != SpecNodeKind.Object)
            return new GenesisCheck(null, [new GenesisError(root.Line, "", GenesisCodes.Type, "must be an object")]);

        SpecReader reader = SpecReader.Read(root, errors);
        ChainRules.Check(reader);
        AccountRules.Check(reader);
        ValidatorRules.Check(reader);
        CommitteeRules.Check(reader);
        SupplyRules.Check(reader);
        if (errors.Count == 0)
        {
            foreach (string fault in GenesisBuilder.ModulesOf(reader.Spec).Faults(reader.Spec.ChainId))
                reader.Root.Refuse("modules", GenesisCodes.Module, fault);
        }
        return errors.Count == 0
            ? new GenesisCheck(reader.Spec, [])
            : new GenesisCheck(null, [.. errors.OrderBy(error => error.Line).ThenBy(error => error.Pointer, StringComparer.Ordinal)]);
    }
}
