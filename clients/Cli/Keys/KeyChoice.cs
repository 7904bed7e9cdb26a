using Dsdn.Sdk.Accounts;
using Dsdn.Sdk.Errors;

namespace Dsdn.Cli.Keys;

/// <summary>Which account key a command means.</summary>
internal static class KeyChoice
{
    /// <param name="wanted">A name or an address; null: the only key there is.</param>
    public static KeyEntry Choose(KeyDirectory keys, string? wanted)
    {
        if (wanted is not null) return keys.Find(wanted) ?? throw new DsdnException(Unknown(keys, wanted));
        IReadOnlyList<KeyEntry> all = keys.List();
        return all.Count switch
        {
            0 => throw new DsdnException(ErrorCodes.KeyNone, ErrorClass.Key, keys.Folder),
            1 => all[0],
            _ => throw new DsdnException(ErrorCodes.KeyAmbiguous, ErrorClass.Key, string.Join(", ", all.Select(key => key.Name))),
        };
    }

    private static ClientError Unknown(KeyDirectory keys, string wanted)
    {
        string? near = Display.NearestName.Find(wanted, keys.List().Select(key => key.Name));
        return ClientError.Of(ErrorCodes.KeyUnknown, ErrorClass.Key, wanted, near is null ? "dsdn keys list" : near);
    }
}
