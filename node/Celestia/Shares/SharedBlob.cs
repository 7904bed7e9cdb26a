namespace Dsdn.Celestia.Shares;

/// <summary>A blob found among shares.</summary>
/// <param name="FirstShare">The index of its first share among those that were read.</param>
public readonly record struct SharedBlob(Blob Blob, int FirstShare, int ShareCount);
