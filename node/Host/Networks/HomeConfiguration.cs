using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dsdn.CelestiaClient.Configuration;
using Dsdn.Chain.Primitives;

namespace Dsdn.Host.Networks;

/// <summary>The settings of one validator of a network as the text of its <c>config.json</c>.</summary>
internal static class HomeConfiguration
{
    /// <summary>Its chains are young: who joins by state sync should not have to wait for the first snapshot.</summary>
    private const int DevelopmentSnapshotBlocks = 30;

    private static readonly JsonSerializerOptions Form = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="self">Its place in the list.</param>
    /// <param name="nodeIds">Of all validators.</param>
    /// <param name="isDevelopment">It signs with the public key of its number.</param>
    /// <param name="services">Null: the network has no log.</param>
    public static string Text(int self, IReadOnlyList<Endpoints> endpoints, IReadOnlyList<Hash256> nodeIds, bool isDevelopment, string? blockTime, NetworkServices? services = null)
    {
        var settings = new JsonObject
        {
            ["network"] = HomeFolder.GenesisName,
            ["data"] = HomeFolder.DataName,
            ["listen"] = endpoints[self].RpcListen,
            ["p2p"] = endpoints[self].P2pListen,
            ["peers"] = new JsonArray([.. Enumerable.Range(0, endpoints.Count).Where(i => i != self).Select(i => (JsonNode)$"{nodeIds[i]}@{endpoints[i].P2pDial}")]),
        };
        if (isDevelopment)
        {
            settings["dev-validator"] = self;
            settings["snapshot-blocks"] = DevelopmentSnapshotBlocks;
        }
        else settings["password-file"] = HomeFolder.PasswordName;
        if (services is not null)
        {
            settings["log-sources"] = new JsonArray([.. services.LogSources(self).Select(static source => (JsonNode)source)]);
            settings["log-listen"] = services.ArchiveListen(self);
            settings["da-namespace"] = NamespaceText.Development;
            settings["da"] = services.DaUrl;
            settings["da-token-file"] = services.ReadToken;
        }
        if (blockTime is not null) settings["block-time"] = blockTime;
        return settings.ToJsonString(Form) + "\n";
    }

    public static void Write(string path, string text) => File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
}
