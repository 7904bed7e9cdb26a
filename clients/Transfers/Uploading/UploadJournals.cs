using System.Security.Cryptography;
using System.Text;
using Dsdn.Chain.Log.Events;
using Dsdn.Chain.Primitives;

namespace Dsdn.Transfers.Uploading;

/// <summary>Which journal an upload has: the same sources with the same options and owner find it again.</summary>
public static class UploadJournals
{
    public static string PathOf(string folder, ulong chainId, Address owner, IEnumerable<string> fullPaths, string? name, ChunkCoding coding, bool isPublic)
    {
        string text = string.Join('\0', [chainId.ToString(System.Globalization.CultureInfo.InvariantCulture), owner.ToString(), ((int)coding).ToString(System.Globalization.CultureInfo.InvariantCulture), isPublic ? "public" : "private", name ?? "", .. fullPaths]);
        return Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32] + ".upload");
    }
}
