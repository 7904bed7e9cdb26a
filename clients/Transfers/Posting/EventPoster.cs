using System.Security.Cryptography;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;
using Dsdn.Grpc;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;
using Dsdn.Services;
using Dsdn.Services.Batches.Wire;
using Dsdn.Services.Placements.Wire;
using Dsdn.Transfers.Network;
using Google.Protobuf;

namespace Dsdn.Transfers.Posting;

/// <summary>
/// Signs an account's events and hands them to a coordinator, one after another in a random lane of its own, so that uploads beside each other do not use each other's nonces. What was handed
/// over is not in the log yet: whoever needs that asks for its effect.
/// </summary>
/// <param name="account">Stays the caller's.</param>
public sealed class EventPoster(StorageNetwork network, Account account) : IDisposable
{
    /// <summary>How long an event counts; an upload signs it anew when it is late.</summary>
    private const ulong LifeMs = 10 * 60 * 1_000;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private ushort _lane;
    private ulong _counter;

    public Address Author => account.Address;

    /// <returns>The first batch that may have it; 0 where that is not known.</returns>
    /// <exception cref="DsdnException">refused, with the log's code; or no coordinator answered</exception>
    public async Task<ulong> PostAsync(OwnerBody body, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            if (_counter == 0) await TakeLaneAsync(cancel);
            byte[] encoded = Sign(body, AuthorNonce.Of(_lane, ++_counter));
            bool mayBeThere = false;
            return await network.LogAsync<ulong>(async (client, token) =>
            {
                try
                {
                    SubmitReply reply = await client.SubmitAsync(encoded, token);
                    return reply.Seq;
                }
                catch (GrpcException failure) when (mayBeThere && ServiceCodes.TryCode(failure, out string? code) && code == "DSDN-E-LOG-NONCE-USED")
                {
                    // The first attempt arrived although nobody said so, nor in which batch it is.
                    return 0;
                }
                catch (GrpcException failure)
                {
                    mayBeThere |= !ServiceCodes.TryCode(failure, out _);
                    throw;
                }
            }, cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task TakeLaneAsync(CancellationToken cancel)
    {
        var lane = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        LanesReply reply = await network.AskAsync(
            (client, token) => client.LanesAsync(new LanesRequest { AuthorType = (uint)AuthorType.Account, Author = ByteString.CopyFrom(AuthorAddress.Of(Author).Span), Lane = lane }, token), cancel);
        (_lane, _counter) = (lane, reply.IsUsed ? reply.Counter : 0);
    }

    private byte[] Sign(OwnerBody body, AuthorNonce nonce)
    {
        ulong validUntil = network.NowMs + LifeMs;
        return EventCodec.Encode(new LogEvent
        {
            ChainId = network.Chain.ChainId,
            Kind = body.Kind,
            AuthorType = AuthorType.Account,
            Author = AuthorAddress.Of(Author),
            Nonce = nonce.Value,
            ValidUntilMs = validUntil,
            Body = body.Encode(),
            Signature = account.SignDigest(EventSignature.OwnerDigest(network.Chain.ChainId, AuthorType.Account, body, nonce.Value, validUntil)),
        });
    }
}
