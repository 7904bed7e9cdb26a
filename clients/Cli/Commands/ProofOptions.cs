using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Dsdn.Chain.LightClient;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Display;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Proofs;

namespace Dsdn.Cli.Commands;

/// <summary>Where the proof comes from, where it goes, and what the user trusts.</summary>
internal sealed class ProofOptions(CommandContext context)
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
