using System.Buffers;
using Dsdn.Chain.Primitives;
using Dsdn.Services.Chunks.Wire;
using Google.Protobuf;

namespace Dsdn.Services.Chunks;

/// <summary>Bytes of a chunk that came in a message; their room is used again once this is disposed.</summary>
public abstract class ReceivedPart : IDisposable
{
    private byte[]? _room;
    private int _length;

    /// <summary>Valid until this is disposed.</summary>
    public ReadOnlyMemory<byte> Data => _room.AsMemory(0, _length);

    public void Dispose()
    {
        if (_room is not null) ArrayPool<byte>.Shared.Return(_room);
        (_room, _length) = (null, 0);
    }

    /// <summary>The last one counts, as in protobuf.</summary>
    private protected void Take(ReadOnlySequence<byte> bytes)
    {
        Dispose();
        if (bytes.IsEmpty) return;
        _room = ArrayPool<byte>.Shared.Rent((int)bytes.Length);
        _length = (int)bytes.Length;
        bytes.CopyTo(_room);
    }
}

/// <summary>A <see cref="GetReply"/> as it is read.</summary>
public sealed class ReceivedReply : ReceivedPart
{
    private readonly List<Hash256> _siblings = [];

    public ulong Total { get; private set; }

    public uint Block { get; private set; }

    public IReadOnlyList<Hash256> Siblings => _siblings;

    internal static ReceivedReply Read(ReadOnlySequence<byte> message)
    {
        var reply = new ReceivedReply();
        WireFields fields = new(message);
        while (fields.MoveNext())
        {
            switch (fields.Field)
            {
                case GetReply.DataFieldNumber: reply.Take(fields.Bytes()); break;
                case GetReply.TotalFieldNumber: reply.Total = fields.Number(); break;
                case GetReply.BlockFieldNumber: reply.Block = (uint)fields.Number(); break;
                case GetReply.SiblingsFieldNumber: reply._siblings.Add(fields.Hash()); break;
                default: fields.Skip(); break;
            }
        }
        return reply;
    }
}

/// <summary>A <see cref="PutRequest"/> as it is read: its header, or bytes.</summary>
public sealed class ReceivedPut : ReceivedPart
{
    /// <summary>Null: bytes, or nothing.</summary>
    public PutHeader? Header { get; private set; }

    internal static ReceivedPut Read(ReadOnlySequence<byte> message)
    {
        var put = new ReceivedPut();
        WireFields fields = new(message);
        while (fields.MoveNext())
        {
            switch (fields.Field)
            {
                case PutRequest.HeaderFieldNumber:
                    put.Dispose();
                    put.Header = PutHeader.Parser.WithDiscardUnknownFields(true).ParseFrom(fields.Bytes());
                    break;
                case PutRequest.DataFieldNumber:
                    put.Header = null;
                    put.Take(fields.Bytes());
                    break;
                default: fields.Skip(); break;
            }
        }
        return put;
    }
}
