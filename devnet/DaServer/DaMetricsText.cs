using System.Globalization;
using System.Text;
using Dsdn.DaServer.Accounts;
using Dsdn.DaServer.Rpc;

namespace Dsdn.DaServer;

/// <summary>The metrics in Prometheus' text format 0.0.4.</summary>
internal static class DaMetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(DaNode node)
    {
        StringBuilder text = new();
        Add(text, "dsdn_da_server_height", "gauge", "The last block.", node.Ledger.Height);
        Add(text, "dsdn_da_server_first_height", "gauge", "The lowest block that is kept.", node.Ledger.First);
        Add(text, "dsdn_da_server_blocks_total", "counter", "Blocks made since the start.", node.Metrics.Blocks);
        Add(text, "dsdn_da_server_blobs_total", "counter", "Blobs in those blocks.", node.Metrics.Blobs);
        Add(text, "dsdn_da_server_blob_bytes_total", "counter", "Bytes of data in those blobs.", node.Metrics.BlobBytes);
        Add(text, "dsdn_da_server_mempool_transactions", "gauge", "Transactions that wait for a block.", node.Mempool.Count);
        Add(text, "dsdn_da_server_block_milliseconds", "gauge", "How long the last block took, with its square and its sync.", (long)node.Producer.LastTook.TotalMilliseconds);
        Add(text, "dsdn_da_server_websockets", "gauge", "WebSockets that are open.", node.Metrics.Connections);
        Add(text, "dsdn_da_server_subscriptions", "gauge", "Subscriptions that are open.", node.Subscriptions.Count);
        Add(text, "dsdn_da_server_faults", "gauge", "Faults that are on.", node.Faults.List().Count);
        Add(text, "dsdn_da_server_faults_taken_total", "counter", "How often a fault took effect.", node.Faults.Taken);
        Head(text, "dsdn_da_server_balance_utia", "gauge", "Balance after the last block.");
        IReadOnlyList<AccountState> accounts = node.Ledger.Accounts;
        for (int i = 0; i < accounts.Count; i++) text.Append(CultureInfo.InvariantCulture, $"dsdn_da_server_balance_utia{{account=\"{node.Keyring[i].Name}\"}} {accounts[i].BalanceUtia}\n");
        Head(text, "dsdn_da_server_requests_total", "counter", "Calls by method and outcome.");
        node.Metrics.WriteCalls(text);
        return text.ToString();
    }

    private static void Add<T>(StringBuilder text, string name, string type, string help, T value)
        where T : IFormattable
    {
        Head(text, name, type, help);
        text.Append(CultureInfo.InvariantCulture, $"{name} {value.ToString(null, CultureInfo.InvariantCulture)}\n");
    }

    private static void Head(StringBuilder text, string name, string type, string help) => text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n");
}
