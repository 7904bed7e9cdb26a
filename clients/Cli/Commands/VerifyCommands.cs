using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Proofs;

namespace Dsdn.Cli.Commands;

/// <summary>
/// <c>dsdn verify account|receipt</c>: recomputes hashes and roots and checks the validators' signatures itself. What remains to
/// be trusted is which validator set is the right one: the report says whether it follows from a block that the user trusts
/// (<c>--trust</c>), was pinned by its hash, or is the node's claim.
/// </summary>
internal static class VerifyCommands
{
    public static Command Create(CommandContext context) => context.Group("verify", Account(context), Receipt(context));

    private static Command Account(CommandContext context)
    {
        Argument<string?> account = context.OptionalArgument("account");
        Option<ulong?> at = context.Option<ulong?>("--at", "number");
        var options = new Options(context);
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
        var options = new Options(context);
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

    /// <summary>Where the proof comes from, where it goes, and what the user trusts.</summary>
    private sealed class Options(CommandContext context)
    {
        private readonly Option<string?> _bundle = context.Option<string?>("--bundle", "file");
        private readonly Option<string?> _save = context.Option<string?>("--save", "file");
        private readonly Option<string?> _trust = context.Option<string?>("--trust", "height:hash");
        private readonly Option<string?> _validators = context.Option<string?>("--validators-hash", "hash");
        private readonly Option<string?> _genesis = context.Option<string?>("--genesis", "hash");

        public IEnumerable<Symbol> All => [_bundle, _save, _trust, _validators, _genesis];

        public async Task<ProofBundle> ReadAsync(Invocation run, Func<ProofReader, Task<ProofBundle>> fetch, CancellationToken cancel)
        {
            if (run.Value(_bundle) is { } file) return ProofBundle.Parse(PrivateFile.ReadText(file, ProofBundle.FileBytesMax));
            var reader = new ProofReader(run.Rpc);
            ProofBundle bundle = await fetch(reader);
            return Trust(run) is { } trusted ? bundle with { Trust = await reader.TrustAsync(trusted, bundle.Finality, NowMs, cancel) } : bundle;
        }

        /// <summary>Throws where anything does not hold; a bundle that fails is not saved.</summary>
        public Report Check(Invocation run, ProofBundle bundle)
        {
            if (bundle.Check() is { } error) throw new DsdnException(error);
            if (Trust(run) is { } trusted && CheckTrust(bundle, trusted) is { } untrusted) throw new DsdnException(untrusted);
            if (Trusted(run, _validators) is { } set && set != bundle.Finality.ValidatorsHash) throw new DsdnException(ErrorCodes.CertificateInvalid, ErrorClass.Integrity, $"validators {bundle.Finality.ValidatorsHash}");
            if (Trusted(run, _genesis) is { } genesis && genesis != bundle.Finality.GenesisHash) throw new DsdnException(ErrorCodes.CertificateInvalid, ErrorClass.Integrity, $"genesis {bundle.Finality.GenesisHash}");
            if (run.Value(_save) is { } target) PrivateFile.Write(target, bundle.ToJson(), overwrite: false);
            return new Report().Add("verified", true);
        }

        public Report Describe(Invocation run, Report report, ProofBundle bundle)
        {
            (ulong signed, ulong total) = bundle.Finality.Power();
            string trust = run.Value(_trust) is not null ? "chain" : run.Value(_validators) is not null ? "pinned" : "node";
            return report
                .Add("chainId", bundle.Finality.ChainId)
                .Add("genesisHash", bundle.Finality.GenesisHash)
                .Add("block", bundle.Finality.Header.Number)
                .Add("hash", bundle.Finality.BlockHash)
                .Add("time", JsonValue.Create(bundle.Finality.Consensus.TimeMs), TimeText.Show(bundle.Finality.Consensus.TimeMs))
                .Add("signedPower", JsonValue.Create(signed), $"{signed.ToString(CultureInfo.InvariantCulture)} / {total.ToString(CultureInfo.InvariantCulture)}")
                .Add("totalPower", total)
                .Add("validatorsHash", bundle.Finality.ValidatorsHash)
                .Add("trust", trust, run.Texts[trust switch { "chain" => "text.trustChain", "pinned" => "text.trustPinned", _ => "text.trustNode" }]);
        }

        private static ulong NowMs => (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        private static ClientError? CheckTrust(ProofBundle bundle, TrustedBlock trusted)
        {
            if (bundle.Trust is { } way) return way.Check(trusted, bundle.Finality, NowMs);
            bool isItself = trusted == new TrustedBlock(bundle.Finality.Header.Number, bundle.Finality.BlockHash);
            return isItself ? null : ClientError.Of(ErrorCodes.LightHash, ErrorClass.Integrity, $"no way from {trusted}");
        }

        private TrustedBlock? Trust(Invocation run)
        {
            if (run.Value(_trust) is not { } text) return null;
            return TrustedBlock.TryParse(text, out TrustedBlock trusted) ? trusted : throw new DsdnException(ErrorCodes.TrustSyntax, ErrorClass.Usage, text);
        }

        private static Hash256? Trusted(Invocation run, Option<string?> option)
        {
            if (run.Value(option) is not { } text) return null;
            return Hash256.TryParse(text, out Hash256 hash) ? hash : throw new DsdnException(ErrorCodes.HashSyntax, ErrorClass.Usage, text);
        }
    }
}
