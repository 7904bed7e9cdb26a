using Dsdn.Cli.Display;
using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli.Keys;

/// <summary>
/// Ed25519 key files of a home: <c>node/validator.key.json</c> for consensus, where a validator with the default data folder
/// looks for it, <c>coordinator/member.key.json</c> for the log's committee, and <c>node.key.json</c> for a service node.
/// </summary>
internal static class NodeKeyFiles
{
    private const string PasswordVariable = "DSDN_KEY_PASSWORD";

    public static Report Create(Invocation run, string kind, string? file, string? passwordFile)
    {
        using NodeKey key = CreateKey(run, kind, file, passwordFile, out string path);
        return new Report().Add("kind", kind).Add("publicKey", key.PublicKey).Add("file", path);
    }

    /// <param name="path">Where it lies now, encrypted.</param>
    public static NodeKey CreateKey(Invocation run, string kind, string? file, string? passwordFile, out string path)
    {
        path = PathOf(run, kind, file);
        if (File.Exists(path)) throw new DsdnException(ErrorCodes.KeyExists, ErrorClass.Key, path);
        string password = Passwords.New(run, path, passwordFile, PasswordVariable);
        NodeKey key = NodeKey.Create(kind);
        try
        {
            key.Save(path, password, run.Terminal.KeyCosts.Node);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    public static NodeKey Open(Invocation run, string kind, string? file, string? passwordFile)
    {
        string path = PathOf(run, kind, file);
        if (!File.Exists(path)) throw new DsdnException(ErrorCodes.KeyFileMissing, ErrorClass.Key, path, kind == NodeKey.ConsensusKind ? "dsdn validator key" : "dsdn node key");
        // A node that starts unattended has its key in clear, in a file that only its owner reads.
        if (kind == NodeKey.NodeKind && NodeKey.TryOpenPlain(path) is { } plain) return plain;
        return NodeKey.Open(path, kind, Passwords.Existing(run, path, passwordFile, PasswordVariable));
    }

    private static string PathOf(Invocation run, string kind, string? file) =>
        Path.GetFullPath(file ?? Path.Combine(run.Home, kind switch
        {
            NodeKey.ConsensusKind => Path.Combine("node", "validator.key.json"),
            NodeKey.CommitteeKind => Path.Combine("coordinator", "member.key.json"),
            _ => "node.key.json",
        }));
}
