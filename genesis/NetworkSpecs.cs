namespace Dsdn.Genesis;

/// <summary>The spec files that the program carries.</summary>
public static class NetworkSpecs
{
    public static IReadOnlyList<string> Names { get; } = ["devnet", "testnet", "mainnet", "conformance"];

    /// <summary>UTF-8 JSON; null for a name that is not one of <see cref="Names"/>.</summary>
    public static byte[]? Read(string network)
    {
        if (!Names.Contains(network, StringComparer.Ordinal)) return null;
        using Stream file = typeof(NetworkSpecs).Assembly.GetManifestResourceStream(network + ".json")
            ?? throw new InvalidOperationException($"{network}.json is not in the program");
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
