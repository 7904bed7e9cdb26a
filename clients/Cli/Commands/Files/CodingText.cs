using Dsdn.Chain.Log.Events;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli.Commands.Files;

/// <summary>How chunks are kept, as people write it.</summary>
internal static class CodingText
{
    public static string Show(ChunkCoding coding) => coding == ChunkCoding.Replicas ? "3x" : "6+3";

    public static ChunkCoding Parse(string? text) => text switch
    {
        null or "3x" or "3" => ChunkCoding.Replicas,
        "6+3" => ChunkCoding.ReedSolomon,
        _ => throw new DsdnException(ErrorCodes.ArgumentValue, ErrorClass.Usage, "--coding", "3x, 6+3", text),
    };
}
