using Dsdn.Sdk.Files;

namespace Dsdn.Transfers.Uploading;

/// <summary>Content types by the end of a name: those that browsers show (IANA media types).</summary>
public static class ContentTypes
{
    private static readonly Dictionary<string, string> ByEnd = new(StringComparer.OrdinalIgnoreCase)
    {
        [".avif"] = "image/avif", [".css"] = "text/css; charset=utf-8", [".csv"] = "text/csv; charset=utf-8", [".gif"] = "image/gif", [".gz"] = "application/gzip", [".htm"] = "text/html; charset=utf-8",
        [".html"] = "text/html; charset=utf-8", [".ico"] = "image/vnd.microsoft.icon", [".jpeg"] = "image/jpeg", [".jpg"] = "image/jpeg", [".js"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json", [".md"] = "text/markdown; charset=utf-8", [".mjs"] = "text/javascript; charset=utf-8", [".mp3"] = "audio/mpeg", [".mp4"] = "video/mp4", [".ogg"] = "audio/ogg",
        [".otf"] = "font/otf", [".pdf"] = "application/pdf", [".png"] = "image/png", [".svg"] = "image/svg+xml", [".tar"] = "application/x-tar", [".ttf"] = "font/ttf", [".txt"] = "text/plain; charset=utf-8",
        [".wasm"] = "application/wasm", [".wav"] = "audio/wav", [".webm"] = "video/webm", [".webp"] = "image/webp", [".woff"] = "font/woff", [".woff2"] = "font/woff2", [".xml"] = "application/xml",
        [".zip"] = "application/zip",
    };

    public static string Of(string name) => ByEnd.GetValueOrDefault(Path.GetExtension(name), PublicObject.DefaultContentType);
}
