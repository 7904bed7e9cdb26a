namespace Dsdn.Celestia.Rpc;

/// <summary>What a token allows; levels are sets, so each token lists all that it has.</summary>
public enum RpcPermission : byte
{
    Public,
    Read,
    Write,
    Admin,
}

/// <summary>Permissions as the tokens and error texts spell them.</summary>
public static class RpcPermissions
{
    public static string Text(this RpcPermission permission) => permission switch
    {
        RpcPermission.Public => "public",
        RpcPermission.Read => "read",
        RpcPermission.Write => "write",
        _ => "admin",
    };

    public static bool TryParse(string text, out RpcPermission permission)
    {
        permission = RpcPermission.Public;
        foreach (RpcPermission one in Enum.GetValues<RpcPermission>())
        {
            if (one.Text() != text) continue;
            permission = one;
            return true;
        }
        return false;
    }

    /// <summary>The set that a node hands out for a level: it and all below.</summary>
    public static IReadOnlyList<RpcPermission> UpTo(RpcPermission level) => [.. Enum.GetValues<RpcPermission>().Where(one => one <= level)];
}
