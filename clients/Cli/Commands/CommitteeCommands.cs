using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Cli.Keys;
using Dsdn.Modules;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Modules;
using Dsdn.Sdk.Modules.Generated;

namespace Dsdn.Cli.Commands;

/// <summary><c>dsdn committee show|anchor|key</c>: who decides the log's batches, and what the chain knows of the log.</summary>
internal static class CommitteeCommands
{
    public static Command Create(CommandContext context) => context.Group("committee", Show(context), Anchor(context), Key(context));

    private static Command Show(CommandContext context) => context.Leaf("committee.show", async (run, cancel) =>
    {
        CommitteeCommitteeResult committee = await new ModuleClient(run.Chain).QueryAsync(CommitteeClient.Committee(), cancel: cancel);
        return new Report()
            .Add("epoch", committee.Epoch)
            .Add("threshold", JsonValue.Create(committee.T), $"{Show(committee.T)} / {Show(committee.N)}")
            .Add("groupKey", committee.GroupKey)
            .Add("hash", committee.Hash)
            .Add("seed", committee.Seed)
            .Add("start", JsonValue.Create(committee.StartMs), TimeText.Show(committee.StartMs))
            .Add("end", committee.EndMs == ulong.MaxValue ? null : JsonValue.Create(committee.EndMs), committee.EndMs == ulong.MaxValue ? "-" : TimeText.Show(committee.EndMs))
            .AddTable("members", ["validator", "key"], committee.Members.Select(static member => (IReadOnlyList<Cell>)[member.Validator, member.Key.ToString()]).ToArray());
    });

    private static Command Anchor(CommandContext context)
    {
        Argument<string?> index = context.OptionalArgument("anchor");
        return context.Leaf("committee.anchor", async (run, cancel) =>
        {
            var modules = new ModuleClient(run.Chain);
            CommitteeLastAnchorRow anchor = run.Value(index) is { } text
                ? await modules.QueryAsync(CommitteeClient.AnchorAt(ReadIndex(text)), cancel: cancel)
                : await modules.QueryAsync(CommitteeClient.LastAnchor(), cancel: cancel);
            return new Report()
                .Add("index", anchor.Index)
                .Add("seq", anchor.Seq)
                .Add("secondsSinceAnchor", SecondsSince(anchor.TimeMs))
                .Add("time", JsonValue.Create(anchor.TimeMs), TimeText.Show(anchor.TimeMs))
                .Add("block", anchor.Height)
                .Add("coreHash", anchor.CoreHash)
                .Add("stateRoot", anchor.StateRoot)
                .Add("daHeight", anchor.DaHeight == 0 ? null : JsonValue.Create(anchor.DaHeight), anchor.DaHeight == 0 ? "-" : Show(anchor.DaHeight))
                .Add("daDataRoot", anchor.DaHeight == 0 ? null : anchor.DaDataRoot.ToString())
                .Add("epoch", anchor.Epoch)
                .Add("validatorsHash", anchor.ValidatorSet)
                .Add("signedPower", anchor.SignedPower)
                .Add("totalPower", anchor.TotalPower)
                .Add("submitter", anchor.Submitter);
        }, index);
    }

    /// <summary>The key of the committee of one for a genesis file, with the proof that the file asks for.</summary>
    private static Command Key(CommandContext context)
    {
        Option<string?> validator = context.OptionOf<string?>("committee", "--validator", "address");
        Option<ulong?> chainId = context.OptionOf<ulong?>("committee", "--chain-id", "number");
        Option<string?> file = context.Option<string?>("--key-file", "file");
        Option<string?> password = context.Option<string?>("--key-password-file", "file");
        return context.Leaf("committee.key", (run, _) =>
        {
            Address member = run.Address(run.Value(validator) ?? throw Missing("--validator"));
            ulong chain = run.Value(chainId) ?? throw Missing("--chain-id");
            using NodeKey key = NodeKeyFiles.CreateKey(run, NodeKey.CommitteeKind, run.Value(file), run.Value(password), out string path);
            byte[] proof = key.Sign(ProofOfPossession.CommitteeMessage(chain, member, key.PublicKey));
            return Task.FromResult(new Report()
                .Add("kind", key.Kind).Add("publicKey", key.PublicKey).Add("proofOfPossession", Hex.Encode(proof)).Add("validator", member).Add("chainId", chain).Add("file", path));
        }, validator, chainId, file, password);
    }

    private static ulong ReadIndex(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong index)
            ? index
            : throw new DsdnException(ErrorCodes.OptionValue, ErrorClass.Usage, "anchor", "1, 2, 3 ...", text);

    private static DsdnException Missing(string option) => new(ErrorCodes.MissingArgument, ErrorClass.Usage, option, "dsdn committee key");

    private static ulong SecondsSince(ulong unixMs)
    {
        ulong now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return now > unixMs ? (now - unixMs) / 1_000 : 0;
    }

    private static string Show(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
