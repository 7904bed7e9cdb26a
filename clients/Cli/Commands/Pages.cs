using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Modules;

namespace Dsdn.Cli.Commands;

/// <summary>Reads all pages of a query <c>(..., start, limit) returns (page, next)</c>; next is zero at the end.</summary>
internal static class Pages
{
    public const ulong RowsMax = 100;

    private const int PagesMax = 100;

    public static async Task<IReadOnlyList<AbiValue>> AllAsync(ModuleClient modules, ModuleMethod method, AbiValue[] leading, CancellationToken cancel)
    {
        var rows = new List<AbiValue>();
        AbiValue start = Address.Zero;
        for (int page = 0; page < PagesMax; page++)
        {
            AbiValue[] results = await modules.CallAsync(method, [.. leading, start, RowsMax], cancel: cancel);
            rows.AddRange(results[0].Items);
            if (results[1].Word.IsZero) break;
            start = results[1];
        }
        return rows;
    }
}
