using Dsdn.Sdk.Chain;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli.Commands;

/// <summary>A block as users name it; nothing means the latest.</summary>
internal static class BlockArgument
{
    public static BlockRef Parse(string? text)
    {
        if (text is null) return BlockRef.Latest;
        return BlockRef.TryParse(text, out BlockRef block) ? block : throw new DsdnException(ErrorCodes.BlockSyntax, ErrorClass.Usage, text);
    }
}
