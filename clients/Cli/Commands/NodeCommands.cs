using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Cli.Keys;
using Dsdn.Cli.Sending;
using Dsdn.Modules;
using Dsdn.Modules.Nodes;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn node register|list|topup|leave</c>: the operator's side of the Nodes module. <c>dsdn node</c> itself is the host's.</summary>
internal static class NodeCommands
{
    private const string Module = "Nodes";

    public static Command Create(CommandContext context) => context.Group("node", Key(context), Register(context), List(context), NodeStatusCommand.Create(context), TopUp(context), Leave(context));

    private static Command Key(CommandContext context)
    {
        Option<string?> file = context.Option<string?>("--key-file", "file");
        Option<string?> password = context.Option<string?>("--key-password-file", "file");
        return context.Leaf("node.key", (run, _) => Task.FromResult(NodeKeyFiles.Create(run, NodeKey.NodeKind, run.Value(file), run.Value(password))), file, password);
    }

    private static Command Register(CommandContext context)
    {
        Option<string?> file = context.Option<string?>("--key-file", "file");
        Option<string?> keyPassword = context.Option<string?>("--key-password-file", "file");
        Option<string?> nodeClass = context.Option<string?>("--class", "regular|datacenter");
        nodeClass.CompletionSources.Add("regular", "datacenter");
        Option<ushort?> zone = context.Option<ushort?>("--zone", "number");
        Option<string?> certificate = context.Option<string?>("--tls-certificate", "file");
        Option<string?> fingerprint = context.Option<string?>("--tls-fingerprint", "hash");
        Option<string?> stake = context.Option<string?>("--stake", "amount");
        var options = new SendOptions(context);
        return context.Leaf("node.register", async (run, cancel) =>
        {
            Address owner = run.DefaultKey(run.Value(options.From)).Address;
            NodeClass wanted = ReadClass(run.Value(nodeClass));
            ushort zoneNumber = run.Value(zone) ?? throw new DsdnException(ErrorCodes.MissingArgument, ErrorClass.Usage, "--zone", "dsdn node register");
            Hash256 tls = ReadFingerprint(run.Value(certificate), run.Value(fingerprint));
            using NodeKey key = NodeKeyFiles.Open(run, NodeKey.NodeKind, run.Value(file), run.Value(keyPassword));
            Amount value = run.Amount(stake) ?? await MinimumAsync(run, wanted, cancel);
            byte[] proof = key.Sign(ProofOfPossession.NodeMessage(await run.Chain.ChainIdAsync(cancel), owner, key.PublicKey));
            return await SendAsync(run, options, "register", [key.PublicKey, proof, (ulong)wanted, zoneNumber, tls], value, cancel);
        }, [file, keyPassword, nodeClass, zone, certificate, fingerprint, stake, .. options.All]);
    }

    private static Command List(CommandContext context)
    {
        Argument<string?> node = context.OptionalArgument("node");
        Option<string?> owner = context.Option<string?>("--operator", "account");
        return context.Leaf("node.list", async (run, cancel) =>
        {
            var modules = new ModuleClient(run.Chain);
            if (run.Value(node) is { } id)
            {
                ModuleMethod one = ModuleCatalog.Method(Module, "getNode");
                AbiValue[] found = await modules.CallAsync(one, [ReadId(id)], cancel: cancel);
                return Describe(one.Function.Outputs[0].Type.Components, found[0]);
            }
            ModuleMethod all = ModuleCatalog.Method(Module, "nodesOf");
            AbiValue[] nodes = await modules.CallAsync(all, [run.AddressOrDefault(run.Value(owner))], cancel: cancel);
            AbiParameter[] fields = [.. all.Function.Outputs[0].Type.Element?.Components ?? []];
            return new Report().AddTable("nodes", ["nodeId", "class", "status", "stake", "zone"], nodes[0].Items.Select(row => (IReadOnlyList<Cell>)
            [
                Field(fields, row, "nodeId").Hash.ToString(),
                ClassName(Field(fields, row, "class")),
                StatusName(Field(fields, row, "status")),
                StakeCommands.ToAmount(Field(fields, row, "stake")),
                Field(fields, row, "zone").UInt64,
            ]).ToArray());
        }, node, owner);
    }

    private static Command TopUp(CommandContext context)
    {
        Argument<string> node = context.Argument("node-id");
        Argument<string> amount = context.Argument("amount");
        var options = new SendOptions(context);
        return context.Leaf("node.topup", (run, cancel) => SendAsync(run, options, "topUp", [ReadId(run.Value(node) ?? "")], run.Amount(amount), cancel), [node, amount, .. options.All]);
    }

    private static Command Leave(CommandContext context)
    {
        Argument<string> node = context.Argument("node-id");
        Option<bool> withdraw = context.Option<bool>("--withdraw");
        var options = new SendOptions(context);
        return context.Leaf("node.leave", (run, cancel) =>
            SendAsync(run, options, run.Value(withdraw) ? "withdraw" : "leave", [ReadId(run.Value(node) ?? "")], default, cancel), [node, withdraw, .. options.All]);
    }

    private static Report Describe(IReadOnlyList<AbiParameter> fields, AbiValue row)
    {
        ulong exitDue = Field(fields, row, "exitDueMs").UInt64;
        ulong cooldown = Field(fields, row, "cooldownUntilMs").UInt64;
        return new Report()
            .Add("nodeId", Field(fields, row, "nodeId").Hash)
            .Add("operator", Field(fields, row, "operator").Address)
            .Add("class", ClassName(Field(fields, row, "class")))
            .Add("status", StatusName(Field(fields, row, "status")))
            .Add("stake", StakeCommands.ToAmount(Field(fields, row, "stake")))
            .Add("zone", Field(fields, row, "zone").UInt64)
            .Add("tlsFingerprint", Field(fields, row, "tlsFingerprint").Hash)
            .Add("slashes", Field(fields, row, "slashes").UInt64)
            .Add("ready", exitDue == 0 ? null : JsonValue.Create(exitDue), exitDue == 0 ? "-" : TimeText.Show(exitDue))
            .Add("cooldown", cooldown == 0 ? null : JsonValue.Create(cooldown), cooldown == 0 ? "-" : TimeText.Show(cooldown));
    }

    private static async Task<Amount> MinimumAsync(Invocation run, NodeClass wanted, CancellationToken cancel)
    {
        AbiValue[] parameters = await new ModuleClient(run.Chain).CallAsync(ModuleCatalog.Method(Module, "params"), [], cancel: cancel);
        return StakeCommands.ToAmount(parameters[wanted == NodeClass.DataCenter ? 1 : 0]);
    }

    private static NodeClass ReadClass(string? text) => text switch
    {
        null or "regular" => NodeClass.Regular,
        "datacenter" => NodeClass.DataCenter,
        _ => throw new DsdnException(ErrorCodes.OptionValue, ErrorClass.Usage, "--class", "regular|datacenter", text),
    };

    /// <summary>SHA-256 of the SPKI (rulings 18), from the certificate or as given.</summary>
    private static Hash256 ReadFingerprint(string? certificateFile, string? fingerprint)
    {
        if (fingerprint is not null) return Hash256.TryParse(fingerprint, out Hash256 hash) ? hash : throw new DsdnException(ErrorCodes.HashSyntax, ErrorClass.Usage, fingerprint);
        if (certificateFile is null) throw new DsdnException(ErrorCodes.MissingArgument, ErrorClass.Usage, "--tls-certificate", "dsdn node register");
        if (!File.Exists(certificateFile)) throw new DsdnException(ErrorCodes.FileMissing, ErrorClass.Usage, certificateFile);
        try
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(certificateFile);
            return new Hash256(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        }
        catch (CryptographicException failure)
        {
            throw new DsdnException(ClientError.Of(ErrorCodes.FileUnusable, ErrorClass.Usage, certificateFile).With(failure.Message));
        }
    }

    private static AbiValue ReadId(string text) => Hash256.TryParse(text, out Hash256 id) ? id : throw new DsdnException(ErrorCodes.HashSyntax, ErrorClass.Usage, text);

    private static string ClassName(AbiValue value) => value.UInt64 == (ulong)NodeClass.DataCenter ? "datacenter" : "regular";

    private static string StatusName(AbiValue value) => ((NodeStatus)(byte)value.UInt64).ToString().ToLowerInvariant();

    private static AbiValue Field(IReadOnlyList<AbiParameter> fields, AbiValue row, string name) => ValidatorsCommand.Field(fields, row, name);

    private static Task<Report> SendAsync(Invocation run, SendOptions options, string method, AbiValue[] arguments, Amount value, CancellationToken cancel) =>
        ModuleSender.SendAsync(run, options, ModuleCatalog.Method(Module, method), arguments, value, cancel);
}
