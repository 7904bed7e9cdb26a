namespace Dsdn.Sdk.Errors;

/// <summary>
/// A coded failure without text: whoever shows it looks <paramref name="Code"/> up in a catalogue of his language and puts
/// <paramref name="Arguments"/> into the places. Never holds a secret.
/// </summary>
/// <param name="Code">Stable, <c>DSDN-E-...</c>; one of <see cref="ErrorCodes"/> or a code the node sent.</param>
/// <param name="Arguments">Values for the places {0}, {1} ... of the text.</param>
/// <param name="Details">Technical detail, one level deeper (D12): what the server or the system said. English or data.</param>
public sealed record ClientError(string Code, ErrorClass Class, IReadOnlyList<string> Arguments, string? Details = null)
{
    public static ClientError Of(string code, ErrorClass @class, params string[] arguments) => new(code, @class, arguments);

    public ClientError With(string? details) => this with { Details = details };
}
