namespace Dsdn.Node.Attestation;

/// <summary>A signature, or why there is none.</summary>
/// <param name="Signature">64 bytes; empty where nothing was signed.</param>
/// <param name="Code">Stable; empty where it was signed.</param>
/// <param name="Detail">For people, in English.</param>
/// <param name="MayRetry">A signer in another process did not answer: the same request may be made again soon. What was refused stays so unless an operator acts.</param>
public sealed record AttestationResult(ReadOnlyMemory<byte> Signature, string Code, string Detail, bool MayRetry)
{
    public bool IsSigned => Code.Length == 0;

    public static AttestationResult Of(ReadOnlyMemory<byte> signature) => new(signature, "", "", false);

    public static AttestationResult Refused(string code, string detail) => new(default, code, detail, false);

    public static AttestationResult NoAnswer(string code, string detail) => new(default, code, detail, true);
}
