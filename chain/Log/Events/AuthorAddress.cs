using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Log.Events;

/// <summary>An address in the author field: behind twelve zero bytes.</summary>
public static class AuthorAddress
{
    private const int Padding = Hash256.Size - Address.Size;

    public static Hash256 Of(in Address address)
    {
        Span<byte> padded = stackalloc byte[Hash256.Size];
        padded.Clear();
        address.CopyTo(padded[Padding..]);
        return new Hash256(padded);
    }

    /// <summary>False where the twelve bytes are not zero.</summary>
    public static bool TryRead(in Hash256 author, out Address address)
    {
        address = new Address(author.Span[Padding..]);
        return author.Span[..Padding].IndexOfAnyExcept((byte)0) < 0;
    }
}
