using Dsdn.Chain.Log.Events;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli.Commands.Files;

/// <summary>How chunks are kept, as people write it.</summary>
internal static class CodingText
{
    public static string Show(ChunkCoding coding) => coding == ChunkCoding.Replicas ? "3x" : "6+3";

    /// <summary>Every command takes every spelling: what one shows, or says in an error, works in all.</summary>
    public static ChunkCoding Parse(string? text) => text switch
    {
        null or "3x" or "3" or "copies" => ChunkCoding.Replicas,
        "6+3" => ChunkCoding.ReedSolomon,
        _ => throw new DsdnException(ErrorCodes.OptionValue, ErrorClass.Usage, "--coding", "copies|3x|6+3", text),
    };
}
