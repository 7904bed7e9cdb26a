using System.Text;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Execution.Kernel;

/// <summary>Why a module moved balance: ASCII text of at most 32 characters, padded with zeros, a topic of <c>Moved</c>.</summary>
public readonly record struct MoveReason(Hash256 Word)
{
    public static MoveReason Of(string text)
    {
        byte[] word = new byte[Hash256.Size];
        Encoding.ASCII.GetBytes(text, word);
        return new MoveReason(new Hash256(word));
    }

    public override string ToString() => Encoding.ASCII.GetString(Word.Span).TrimEnd('\0');
}
