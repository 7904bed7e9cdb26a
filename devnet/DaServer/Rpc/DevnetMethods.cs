using System.Text.Json;
using Dsdn.Celestia.Rpc;
using Dsdn.DaServer.Faults;

namespace Dsdn.DaServer.Rpc;

/// <summary>devnet.*: the switches of the server; no fault concerns them.</summary>
internal sealed class DevnetMethods(DaNode node)
{
    private const int NameCharsMax = 100;

    public void AddTo(MethodTable table)
    {
        table.Bind(MethodTable.SetFault, SetFault);
        table.Bind(MethodTable.ClearFaults, ClearFaults);
        table.Bind(MethodTable.Faults, _ => () => Task.FromResult(List()));
        table.Bind(MethodTable.ProduceBlock, call => async () => CallResult.Of((await node.Producer.ProduceAsync(call.Cancelled)).Height));
    }

    /// <summary>{kind, method, value, times} gives the fault's id.</summary>
    private Func<Task<CallResult>> SetFault(Call call)
    {
        FaultRule? rule = Read(call.Request.Params[0]);
        return () =>
        {
            if (rule is null) return Task.FromResult(CallResult.Fail(RpcFailure.BadParam(call.Method, "devnet.Fault", $"not {{kind, method, value, times}}; kinds are {string.Join(", ", FaultNames.All)}")));
            return Task.FromResult(node.Faults.Set(rule) is { } fault ? CallResult.Of((ulong)fault.Id) : CallResult.Fail($"at most {FaultBoard.FaultsMax} faults"));
        };
    }

    /// <summary>None: all. A number: the fault of that id. A text: those of that kind. Gives how many there were.</summary>
    private Func<Task<CallResult>> ClearFaults(Call call)
    {
        Func<ActiveFault, bool>? which = null;
        bool isGood = call.Request.Params.Count == 0;
        if (call.Request.Params.Count == 1)
        {
            JsonElement named = call.Request.Params[0];
            if (named.ValueKind == JsonValueKind.Number && named.TryGetInt32(out int id)) (which, isGood) = (fault => fault.Id == id, true);
            else if (named.ValueKind == JsonValueKind.String && FaultNames.TryParse(call.Params.Text(0, NameCharsMax), out FaultKind kind)) (which, isGood) = (fault => fault.Rule.Kind == kind, true);
        }
        return () => Task.FromResult(isGood ? CallResult.Of((ulong)node.Faults.Clear(which)) : CallResult.Fail(RpcFailure.BadParam(call.Method, "devnet.FaultKind", "neither an id nor a kind")));
    }

    private CallResult List() => CallResult.Of(json =>
    {
        json.WriteStartArray();
        foreach (ActiveFault fault in node.Faults.List())
        {
            json.WriteStartObject();
            json.WriteNumber("id", fault.Id);
            json.WriteString("kind", FaultNames.Of(fault.Rule.Kind));
            if (fault.Rule.Method is { } method) json.WriteString("method", method);
            if (fault.Rule.Value is { } value) json.WriteNumber("value", value);
            if (fault.TimesLeft is { } times) json.WriteNumber("times", times);
            json.WriteNumber("setAtHeight", fault.SetAtHeight);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <returns>Null where it is no fault.</returns>
    private static FaultRule? Read(JsonElement element)
    {
        FaultRule? rule = null;
        DaJson.Read(element, view =>
        {
            if (!FaultNames.TryParse(view["kind"].Text(NameCharsMax), out FaultKind kind)) view.Fault.Set("not a kind of fault");
            long? value = view["value"].IsNull ? null : (long)Math.Min(view["value"].UInt64(), long.MaxValue);
            int? times = view["times"].IsNull ? null : view["times"].Int32(int.MaxValue);
            if (times == 0) view.Fault.Set("times is at least 1");
            return new FaultRule(kind, view["method"].IsNull ? null : view["method"].Text(NameCharsMax), value, times);
        }, out rule);
        return rule;
    }
}
