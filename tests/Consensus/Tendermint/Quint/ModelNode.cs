using System.Text.Json;

namespace Dsdn.Consensus.Tests.Tendermint.Quint;

/// <summary>A node of the model; traces give only the fields that changed.</summary>
internal sealed class ModelNode
{
    private readonly Dictionary<string, JsonElement> _driver = new(StringComparer.Ordinal);

    /// <summary>A field of the driver's state.</summary>
    public JsonElement this[string name] => _driver[name];

    /// <summary>Nothing waits for a further call.</summary>
    public bool IsSettled => !_driver["pendingInputs"].Set().Any() && _driver["pendingStepChange"].Tag() == "NoStep";

    public void Change(JsonElement node)
    {
        foreach (JsonProperty field in node.Member("es")?.EnumerateObject() ?? default) _driver[field.Name] = field.Value;
    }
}
