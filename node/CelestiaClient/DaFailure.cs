using Dsdn.Celestia;
using Dsdn.Celestia.Rpc;

namespace Dsdn.CelestiaClient;

/// <summary>Why something could not be done or is not known. Never holds a token, and no text of an exception.</summary>
/// <param name="Code">Stable: one of <see cref="DaCodes"/>, of <see cref="DaVerdict.Code"/> or of <see cref="CallError.StableCode"/>.</param>
/// <param name="Detail">For people, in English: the node's own text where it gave one.</param>
/// <param name="Endpoint">Which endpoint said so, without what could be secret in its address; empty where it is none in particular.</param>
public readonly record struct DaFailure(string Code, string Detail, string Endpoint = "")
{
    public static readonly DaFailure None = new("", "");

    /// <summary>Short, and without what would steer a terminal or a log: much of it is a node's own text.</summary>
    public string Detail { get; init; } = Shown(Detail);

    public bool IsNone => string.IsNullOrEmpty(Code);

    /// <summary>What the node did wrong that could be proved: it must not be believed.</summary>
    public bool IsProvedWrong => DaCodes.IsProvedWrong(Code);

    public static DaFailure Of(DaVerdict verdict, string endpoint = "") => new(verdict.Code, verdict.Detail, endpoint);

    public static DaFailure Of(CallError error, string endpoint = "") => new(error.StableCode, error.Message, endpoint);

    /// <summary>Asked of a node that no longer keeps it: another one may.</summary>
    public bool IsPruned => Code == CallErrors.CodeOf(CallFault.Pruned);

    private static string Shown(string text)
    {
        const int CharsMax = 500;
        string head = text.Length <= CharsMax ? text : text[..CharsMax];
        return string.Create(head.Length, head, static (shown, from) =>
        {
            for (int i = 0; i < shown.Length; i++) shown[i] = char.IsControl(from[i]) || char.IsSurrogate(from[i]) || char.GetUnicodeCategory(from[i]) == System.Globalization.UnicodeCategory.Format ? '?' : from[i];
        });
    }

    public override string ToString() => Endpoint.Length == 0 ? $"{Code}: {Detail}" : $"{Code}: {Detail} ({Endpoint})";
}
