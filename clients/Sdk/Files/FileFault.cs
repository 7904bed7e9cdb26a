namespace Dsdn.Sdk.Files;

/// <summary>What is wrong with encrypted bytes, a manifest or a pack. No content is handed out with one.</summary>
public enum FileFault
{
    None,

    /// <summary>Not an encrypted chunk, or cut off inside its header.</summary>
    Header,

    /// <summary>Written by a later version.</summary>
    Version,

    /// <summary>The key is not the one the header commits to.</summary>
    WrongKey,

    /// <summary>A chunk of another file, or of another place in this one.</summary>
    WrongChunk,

    /// <summary>A segment was changed, moved or replaced.</summary>
    Tampered,

    /// <summary>Bytes are missing at the end.</summary>
    Truncated,

    /// <summary>Something follows the end.</summary>
    Extended,

    /// <summary>The last segment does not end as it must.</summary>
    Padding,

    /// <summary>The range does not lie in the file.</summary>
    Range,

    /// <summary>What is read now is not what was encrypted before: it takes a new key.</summary>
    SourceChanged,

    /// <summary>More than a file, a manifest or a pack may hold.</summary>
    TooLarge,

    /// <summary>A manifest whose bytes are not in their one form.</summary>
    Manifest,

    /// <summary>A name that is empty, too long, absolute, or leads out of its folder.</summary>
    Path,

    /// <summary>The source of the chunks gave fewer bytes than were asked for.</summary>
    Unavailable,
}

/// <summary>The stable text of each fault.</summary>
public static class FileFaults
{
    public static string Code(this FileFault fault) => fault switch
    {
        FileFault.None => "",
        FileFault.Header => "DSDN-E-CONTENT-HEADER",
        FileFault.Version => "DSDN-E-CONTENT-VERSION",
        FileFault.WrongKey => "DSDN-E-CONTENT-KEY",
        FileFault.WrongChunk => "DSDN-E-CONTENT-CHUNK",
        FileFault.Tampered => "DSDN-E-CONTENT-TAMPERED",
        FileFault.Truncated => "DSDN-E-CONTENT-TRUNCATED",
        FileFault.Extended => "DSDN-E-CONTENT-EXTENDED",
        FileFault.Padding => "DSDN-E-CONTENT-PADDING",
        FileFault.Range => "DSDN-E-CONTENT-RANGE",
        FileFault.SourceChanged => "DSDN-E-CONTENT-SOURCE-CHANGED",
        FileFault.TooLarge => "DSDN-E-CONTENT-SIZE",
        FileFault.Manifest => "DSDN-E-CONTENT-MANIFEST",
        FileFault.Path => "DSDN-E-CONTENT-PATH",
        FileFault.Unavailable => "DSDN-E-CONTENT-UNAVAILABLE",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
