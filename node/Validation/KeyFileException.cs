namespace Dsdn.Node.Validation;

/// <summary>A key that is missing, wrong for this chain, or cannot be unlocked.</summary>
public sealed class KeyFileException(string message) : Exception(message);
