using System.Text;
using System.Text.Json;
using Dsdn.Celestia.Headers;
using Dsdn.Celestia.Rpc;

namespace Dsdn.Celestia.Tests.Rpc;

public sealed class RpcMessageTests
{
    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static RpcFailure? Fail(string body) => RpcRequest.TryRead(Utf8(body), out _, out _);

    [Fact]
    public void RequestsAreReadInAllTheirForms()
    {
        Assert.Null(RpcRequest.TryRead(Utf8("""{"jsonrpc":"2.0","id":"a","method":"node.Ready","params":[]}"""), out IReadOnlyList<RpcRequest>? requests, out bool isBatch));
        Assert.Equal(new RpcId("\"a\""), Assert.Single(requests!).Id);
        Assert.False(isBatch);
        Assert.Null(RpcRequest.TryRead(Utf8("""[{"id":1,"method":"a.B"},{"method":"c.D","params":null}]"""), out requests, out isBatch));
        Assert.True(isBatch);
        Assert.Equal([RpcId.Of(1), null], requests!.Select(request => request.Id));
    }

    [Theory]
    [InlineData("", -32600, 400, "Invalid request")]
    [InlineData(" \n", -32600, 400, "Invalid request")]
    [InlineData("[]", -32600, 400, "Invalid request")]
    [InlineData("{", -32700, 500, "Parse error")]
    [InlineData("5", -32700, 500, "Parse error")]
    [InlineData("""{"id":true,"method":"a.B"}""", -32700, 500, "Parse error")]
    [InlineData("""{"id":{},"method":"a.B"}""", -32700, 500, "Parse error")]
    [InlineData("""{"id":1}""", -32700, 500, "Parse error")]
    [InlineData("""{"id":1,"method":7}""", -32700, 500, "Parse error")]
    [InlineData("""{"id":1,"method":"a.B","params":{}}""", -32700, 500, "Parse error")]
    [InlineData("""{"id":1,"method":"\ud800"}""", -32700, 500, "Parse error")]
    public void BodiesThatAreNoRequestsHaveTheirErrors(string body, int code, int status, string message) => Assert.Equal(new RpcFailure(code, message, status), Fail(body));

    [Fact]
    public void FailuresReadAsTheDialectSaysThem()
    {
        Assert.Equal("missing permission to invoke 'GetAll' (need 'read')", RpcFailure.MissingPermission("blob.GetAll", RpcPermission.Read).Message);
        Assert.Equal("wrong param count (method 'blob.Submit'): 1 != 2", RpcFailure.ParamCount("blob.Submit", 1, 2).Message);
        Assert.Equal("method 'x.Y' not found", RpcFailure.UnknownMethod("x.Y").Message);
        Assert.Equal("request bigger than maximum 16777216 allowed", RpcFailure.TooLarge(16_777_216).Message);
        RpcParams values = new(new RpcRequest(null, "blob.Submit", [JsonElement.Parse("[{\"namespace\":\"AAAA\"}]")]));
        Assert.False(values.HasCount(2));
        values = new RpcParams(new RpcRequest(null, "blob.Submit", [JsonElement.Parse("[{\"namespace\":\"AAAA\"}]"), JsonElement.Parse("null")]));
        Assert.True(values.HasCount(2));
        Assert.Empty(values.Blobs(0));
        Assert.StartsWith("unmarshaling params for 'blob.Submit' (param: []*blob.Blob): ", values.Failure!.Value.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ResultsAndErrorsComeBackOverHttp()
    {
        RpcId id = RpcId.Of(7);
        RpcReply reply = RpcReply.ReadHttp(200, RpcReply.Encode(id, json => json.WriteNumberValue(5)), id);
        Assert.Null(reply.Error);
        Assert.Equal(5, reply.Result.GetInt32());
        Assert.Null(RpcReply.ReadHttp(200, RpcReply.Encode(id, json => json.WriteNullValue()), id).Error);
        Assert.Equal(CallFault.NotFound, RpcReply.ReadHttp(200, RpcReply.Encode(id, RpcFailure.OfMethod("blob: not found")), id).Error!.Value.Fault);
        Assert.Equal(CallFault.UnknownMethod, RpcReply.ReadHttp(500, RpcReply.Encode(id, RpcFailure.UnknownMethod("a.B")), id).Error!.Value.Fault);
        Assert.Equal(CallFault.BadRequest, RpcReply.ReadHttp(400, RpcReply.Encode((RpcId?)null, RpcFailure.Empty()), id).Error!.Value.Fault);
        Assert.Equal(CallFault.TooLarge, RpcReply.ReadHttp(500, RpcReply.Encode(id, RpcFailure.TooLarge(9)), id).Error!.Value.Fault);
    }

    [Theory]
    [InlineData(401, "", CallFault.Unauthorized)]
    [InlineData(503, "server busy, try again later", CallFault.Busy)]
    [InlineData(429, "rate limit exceeded", CallFault.RateLimited)]
    [InlineData(200, "", CallFault.Malformed)]
    [InlineData(502, "<html>", CallFault.Malformed)]
    [InlineData(200, "[]", CallFault.Malformed)]
    [InlineData(200, """{"jsonrpc":"2.0","id":7}""", CallFault.Malformed)]
    [InlineData(200, """{"jsonrpc":"2.0","id":8,"result":1}""", CallFault.Malformed)]
    [InlineData(500, """{"jsonrpc":"2.0","id":7,"result":1}""", CallFault.Malformed)]
    [InlineData(200, """{"id":7,"error":"text"}""", CallFault.Malformed)]
    [InlineData(200, """{"id":7,"error":{"code":1,"message":"\ud800"}}""", CallFault.Malformed)]
    [InlineData(200, """{"id":7,"result":1,"result":2}""", CallFault.Malformed)]
    [InlineData(200, """{"\ud800":1,"id":7,"result":1}""", CallFault.Malformed)]
    [InlineData(200, """{"id":7,"error":{"code":1e99,"message":"odd"}}""", CallFault.Other)]
    public void AnswersThatAreNoRepliesAreNamed(int status, string body, CallFault fault) => Assert.Equal(fault, RpcReply.ReadHttp(status, Utf8(body), RpcId.Of(7)).Error!.Value.Fault);

    [Fact]
    public void SubscriptionsSpeakInNotifications()
    {
        SubscriptionFrame frame = SubscriptionFrame.Read(SubscriptionFrame.EncodeValue(3, json => BlobEvent.Write(json, 42, [], null)));
        Assert.Equal((SubscriptionFrameKind.Value, 3ul), (frame.Kind, frame.Channel));
        Sample.AssertValid(BlobEvent.TryRead(frame.Value, out BlobEvent? item));
        Assert.Equal(new BlobEvent(42, 0), item);
        frame = SubscriptionFrame.Read(SubscriptionFrame.EncodeClose(3));
        Assert.Equal((SubscriptionFrameKind.Close, 3ul), (frame.Kind, frame.Channel));
        frame = SubscriptionFrame.Read(RpcReply.Encode(RpcId.Of(7), json => json.WriteNumberValue(1)));
        Assert.Equal(SubscriptionFrameKind.Reply, frame.Kind);
        Assert.Equal(1, frame.Reply!.Result.GetInt32());
        Assert.Null(RpcRequest.TryRead(SubscriptionFrame.EncodeCancel(RpcId.Of(7)), out IReadOnlyList<RpcRequest>? requests, out _));
        Assert.True(SubscriptionFrame.IsCancel(Assert.Single(requests!), out RpcId subscribed));
        Assert.Equal(RpcId.Of(7), subscribed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"method":"xrpc.ch.val"}""")]
    [InlineData("""{"method":"xrpc.ch.val","params":[]}""")]
    [InlineData("""{"method":"xrpc.ch.val","params":[1]}""")]
    [InlineData("""{"method":"xrpc.ch.val","params":["a",1]}""")]
    [InlineData("""{"method":"other","params":[1,2]}""")]
    [InlineData("""{"method":"\ud800","params":[1,2]}""")]
    [InlineData("""{"method":5,"params":[1,2]}""")]
    public void FramesThatAreNoneAreUnknown(string frame) => Assert.Equal(SubscriptionFrameKind.Unknown, SubscriptionFrame.Read(Utf8(frame)).Kind);

    [Fact]
    public void TokensCarryPermissionsAndEnd()
    {
        byte[] secret = Sample.Bytes(32, 5), nonce = Sample.Bytes(32, 6);
        CometTime end = new(1_800_000_000, 0);
        AuthToken token = new(RpcPermissions.UpTo(RpcPermission.Write), end);
        string text = token.Sign(secret, nonce);
        AuthToken read = AuthToken.Verify(text, secret)!;
        Assert.Equal(token.Allow, read.Allow);
        Assert.True(read.Permits(RpcPermission.Read) && !read.Permits(RpcPermission.Admin));
        Assert.True(read.IsExpired(end));
        Assert.False(read.IsExpired(new CometTime(1_799_999_999, 0)));
        Assert.False(new AuthToken([], CometTime.Zero).IsExpired(end));
        Assert.Null(AuthToken.Verify(text, Sample.Bytes(32, 7)));
        Assert.All((string[])["", ".", "..", "a.b", "a.b.c", "@.@.@", text[..^2], text + ".", text.Replace('.', ' '), new string('a', 5_000)], bad => Assert.Null(AuthToken.Verify(bad, secret)));
        for (int i = 0; i < text.Length - 1; i++)
            Assert.Null(AuthToken.Verify($"{text[..i]}{(text[i] == 'A' ? 'B' : 'A')}{text[(i + 1)..]}", secret));
    }

    [Fact]
    public void ChangedAnswersNeverThrow()
    {
        (Dsdn.Celestia.Proofs.SquareProver prover, _) = Sample.Square(Sample.Blob(Sample.User(5, 5), Sample.Bytes(3_000)));
        byte[] data = DaJson.Write(json => NamespaceDataJson.Write(json, prover.ProveNamespace(Sample.User(5, 5))));
        byte[] dah = DaJson.Write(json => HeaderJson.WriteDah(json, prover.Dah));
        Random random = new(6);
        for (int i = 0; i < 600; i++)
        {
            byte[] changed = [.. i % 2 == 0 ? data : dah];
            for (int n = random.Next(4); n >= 0; n--) changed[random.Next(changed.Length)] = (byte)"\"{}[],:0a\\"[random.Next(10)];
            RpcReply reply = RpcReply.Read((byte[])[.. """{"id":1,"result":"""u8, .. changed, .. "}"u8]);
            if (reply.Error is not null) continue;
            NamespaceDataJson.TryRead(reply.Result, out _);
            HeaderJson.TryReadDah(reply.Result, out _);
            HeaderJson.TryRead(reply.Result, out _);
            ProofJson.TryReadCommitmentProof(reply.Result, out _);
            ProofJson.TryReadShareProof(reply.Result, out _);
            BlobJson.TryReadList(reply.Result, out _);
            SyncState.TryRead(reply.Result, out _);
        }
    }

    [Fact]
    public void NamespaceDataComesBackFromItsJson()
    {
        (Dsdn.Celestia.Proofs.SquareProver prover, _) = Sample.Square(Sample.Blob(Sample.User(5, 5), Sample.Bytes(9_000)));
        foreach (Dsdn.Celestia.Namespaces.Namespace name in (Dsdn.Celestia.Namespaces.Namespace[])[Sample.User(5, 5), Sample.User(5, 4)])
        {
            byte[] json = DaJson.Write(writer => NamespaceDataJson.Write(writer, prover.ProveNamespace(name)));
            Sample.AssertValid(NamespaceDataJson.TryRead(JsonElement.Parse(json), out IReadOnlyList<Dsdn.Celestia.Proofs.NamespaceRow>? rows));
            Sample.AssertValid(Dsdn.Celestia.Proofs.NamespaceVerifier.Verify(prover.Dah, name, rows!, out _));
        }
        Sample.AssertValid(NamespaceDataJson.TryRead(JsonElement.Parse("null"), out IReadOnlyList<Dsdn.Celestia.Proofs.NamespaceRow>? none));
        Assert.Empty(none!);
    }
}
