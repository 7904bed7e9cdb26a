using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Cli.Sending;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;
using Dsdn.Sdk.Files;
using Dsdn.Sdk.Modules;
using Dsdn.Sdk.Modules.Generated;
using Dsdn.Services.Placements.Wire;
using Dsdn.Transfers;
using Dsdn.Transfers.Catalogs;
using Dsdn.Transfers.Network;
using Google.Protobuf;

namespace Dsdn.Cli.Commands.Files;

/// <summary>Who pays for an upload: an agreement that is there, or one that is to be opened.</summary>
/// <param name="Agreement">Null: it is to be opened with the rest.</param>
internal sealed record AgreementChoice(Hash256? Agreement, ulong QuotaBytes, ulong Days, Amount Price);

/// <summary>Finds or opens the agreement that pays for an upload.</summary>
internal sealed class AgreementPayer(Invocation run, StorageNetwork network, Address owner, ChunkCoding coding, ulong days)
{
    private const ulong SecondsPerDay = 24 * 60 * 60, LeftMsMin = 60 * 60 * 1_000;

    /// <summary>A quota is made for this much more than it has to hold, and never below the least.</summary>
    private const ulong RoomDivisor = 4, QuotaBytesMin = 1UL << 30;

    private const int OpenTimeoutSeconds = 60, SeenPollMs = 500, SeenAttempts = 240;

    public async Task<AgreementChoice> ChooseAsync(string? wanted, long chunkBytes, bool isStream, CancellationToken cancel)
    {
        if (wanted is not null)
            return Hash256.TryParse(wanted, out Hash256 id) ? new AgreementChoice(id, 0, 0, Amount.Zero) : throw new DsdnException(ErrorCodes.HashSyntax, ErrorClass.Usage, wanted);
        using WalletKeys none = WalletKeys.FromRoot(new byte[FileKey.Size]); // the choice needs no key
        Agreement? fits = await new Catalog(network, none, owner).ChooseAsync(coding, (UInt128)chunkBytes, LeftMsMin, cancel);
        if (fits is not null) return new AgreementChoice(new Hash256(fits.Id.Span), 0, 0, Amount.Zero);
        // How long a stream is nobody knows: its agreement is the user's to choose.
        if (isStream) throw new DsdnException(TransferCodes.NoAgreement, ErrorClass.Usage, "-", CodingText.Show(coding));
        ulong quota = Math.Max(QuotaBytesMin, (ulong)chunkBytes + ((ulong)chunkBytes / RoomDivisor));
        Uint256 price = await new ModuleClient(run.Chain).QueryAsync(AgreementsClient.Quote(quota, days * SecondsPerDay, (ulong)coding), cancel: cancel);
        return new AgreementChoice(null, quota, days, price.FitsUInt128 ? new Amount(price.ToUInt128()) : throw new DsdnException(TransferCodes.Answer, ErrorClass.Integrity, "quote"));
    }

    /// <summary>Opens it on the chain and waits until the log knows it.</summary>
    public async Task<Hash256> OpenAsync(AgreementChoice choice, Account account, CancellationToken cancel)
    {
        PreparedTransaction prepared = await new ModuleClient(run.Chain).PrepareAsync(
            AgreementsClient.Open(choice.Price, choice.QuotaBytes, choice.Days * SecondsPerDay, (ulong)coding), owner, cancel: cancel);
        Dsdn.Chain.Transactions.Transaction signed = prepared.Sign(account);
        await run.Chain.SendRawAsync(signed.Raw, signed.Hash, cancel);
        ReceiptInfo receipt = await Sender.WaitAsync(run, signed.Hash, OpenTimeoutSeconds, cancel);
        if (!receipt.Succeeded) await ReceiptReport.CreateAsync(run, receipt, prepared, cancel); // throws what the module said
        LogInfo opened = receipt.Logs.FirstOrDefault(log => log.Address == prepared.To && log.Topics.Count == 3) ?? throw new DsdnException(TransferCodes.Answer, ErrorClass.Integrity, "Opened");
        Hash256 id = opened.Topics[1];
        var request = new AgreementsRequest { Agreement = ByteString.CopyFrom(id.Span) };
        for (int i = 0; i < SeenAttempts; i++)
        {
            AgreementsReply reply = await network.AskAsync((client, token) => client.AgreementsAsync(request, token), cancel);
            if (reply.Agreements.Count > 0) return id;
            await Task.Delay(SeenPollMs, cancel);
        }
        throw new DsdnException(TransferCodes.NotInLog, ErrorClass.Unreachable, "AgreementChanged");
    }
}
