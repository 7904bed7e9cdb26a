namespace Dsdn.Host.Networks;

/// <summary>
/// One validator's folder. It can be moved as a whole: its configuration names files relative to itself. As <c>--home</c> of the
/// command line it holds the operator's key.
/// </summary>
internal sealed record HomeFolder(string Path)
{
    /// <summary>The key in <see cref="Keys"/> that owns the stake.</summary>
    public const string OperatorKeyName = "operator";

    public const string GenesisName = "genesis.json";
    public const string DataName = "node";
    public const string PasswordName = "password";

    public string Name => System.IO.Path.GetFileName(Path);

    public string Configuration => System.IO.Path.Combine(Path, "config.json");

    public string Genesis => System.IO.Path.Combine(Path, GenesisName);

    /// <summary>Opens <see cref="ConsensusKey"/>, <see cref="NodeKey"/> and the keys in <see cref="Keys"/>.</summary>
    public string Password => System.IO.Path.Combine(Path, PasswordName);

    public string Keys => System.IO.Path.Combine(Path, "keys");

    public string Data => System.IO.Path.Combine(Path, DataName);

    public string ConsensusKey => System.IO.Path.Combine(Data, "validator.key.json");

    public string Signer => System.IO.Path.Combine(Data, "signer");

    /// <summary>Made with the key, so that its loss shows.</summary>
    public string LastSign => System.IO.Path.Combine(Signer, "last-sign");

    /// <summary>Made with the key as well.</summary>
    public string Attestations => System.IO.Path.Combine(Signer, "attestations");

    public string NodeKey => System.IO.Path.Combine(Data, "node.key");

    /// <summary>Of the log's coordinator, in the home of the validator whose committee it is.</summary>
    public string Coordinator => System.IO.Path.Combine(Path, "coordinator");

    /// <summary>The key of the committee of one; <see cref="Password"/> opens it.</summary>
    public string CommitteeKey => System.IO.Path.Combine(Coordinator, "member.key.json");

    public string Log => System.IO.Path.Combine(Path, "node.log");

    /// <summary>The folder of a network's nth validator.</summary>
    public static HomeFolder Of(string directory, int validator) =>
        new(System.IO.Path.Combine(directory, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"node{validator}")));
}
