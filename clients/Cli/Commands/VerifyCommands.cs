using System.CommandLine;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Proofs;

namespace Dsdn.Cli.Commands;

/// <summary>
/// <c>dsdn verify account|receipt|votes</c>: recomputes hashes and roots and checks the validators' signatures itself. What remains to
/// be trusted is which validator set is the right one: the report says whether it follows from a block that the user trusts
/// (<c>--trust</c>), was pinned by its hash, or is the node's claim.
/// </summary>
internal static class VerifyCommands
{
    public static Command Create(CommandContext context) => context.Group("verify", Account(context), Receipt(context), VerifyVotesCommand.Create(context));

    private static Command Account(CommandContext context)
    {
        Argument<string?> account = context.OptionalArgument("account");
        Option<ulong?> at = context.Option<ulong?>("--at", "number");
        var options = new ProofOptions(context);
        return context.Leaf("verify.account", async (run, cancel) =>
        {
            ProofBundle bundle = await options.ReadAsync(run, async reader =>
            {
                FinalityProof finality = await reader.FinalityAsync(run.Value(at) is { } number ? BlockRef.At(number) : BlockRef.Latest, cancel);
                AccountClaim claim = await reader.AccountAsync(run.AddressOrDefault(run.Value(account)), finality.Header.Number, cancel);
                return new ProofBundle(finality, claim, null, null);
            }, cancel);
            AccountClaim proven = bundle.Account ?? throw NotIn("account");
            if (run.Value(account) is { } wanted && run.Address(wanted) != proven.Address) throw NotIn(wanted);
            Report report = options.Check(run, bundle)
                .Add("address", proven.Address)
                .Add("exists", proven.Exists(bundle.Finality.Header.StateRoot))
                .Add("balance", proven.Balance)
                .Add("nonce", proven.Nonce);
            return options.Describe(run, report, bundle);
        }, [account, at, .. options.All]);
    }

    private static Command Receipt(CommandContext context)
    {
        Argument<string?> hash = context.OptionalArgument("hash");
        var options = new ProofOptions(context);
        return context.Leaf("verify.receipt", async (run, cancel) =>
        {
            Hash256? wanted = run.Value(hash) is not { } text ? null
                : Hash256.TryParse(text, out Hash256 parsed) ? parsed : throw new DsdnException(ErrorCodes.HashSyntax, ErrorClass.Usage, text);
            ProofBundle bundle = await options.ReadAsync(run, async reader =>
            {
                Hash256 transaction = wanted ?? throw new DsdnException(ErrorCodes.MissingArgument, ErrorClass.Usage, "<hash>", "dsdn verify receipt");
                ReceiptInfo receipt = await run.Chain.ReceiptAsync(transaction, cancel) ?? throw new DsdnException(ErrorCodes.NotFound, ErrorClass.Rejected, transaction.ToString());
                FinalityProof finality = await reader.FinalityAsync(BlockRef.At(receipt.BlockNumber), cancel);
                return new ProofBundle(finality, null, transaction, await reader.ReceiptsAsync(receipt.BlockNumber, cancel));
            }, cancel);
            ReceiptClaim claim = bundle.Receipts ?? throw NotIn("receipts");
            Hash256 proven = wanted ?? bundle.Transaction ?? throw NotIn("transaction");
            Report report = options.Check(run, bundle);
            if (!claim.TryFind(proven, out int index, out Receipt? found)) throw NotIn(proven.ToString());
            report.Add("transaction", proven)
                .Add("index", (ulong)index)
                .Add("status", found.Succeeded ? "success" : "failed", run.Texts[found.Succeeded ? "text.success" : "text.failed"])
                .Add("gasUsed", found.GasUsed)
                .Add("logs", (ulong)found.Logs.Count);
            return options.Describe(run, report, bundle);
        }, [hash, .. options.All]);
    }

    private static DsdnException NotIn(string what) => new(ErrorCodes.ProofInvalid, ErrorClass.Integrity, what);
}
