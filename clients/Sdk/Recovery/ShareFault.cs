namespace Dsdn.Sdk.Recovery;

/// <summary>What is wrong with recovery shares.</summary>
public enum ShareFault
{
    None,

    /// <summary>Fewer words than any share has, or a number of words that none has.</summary>
    Length,

    /// <summary>A word that is not in the list.</summary>
    Word,

    /// <summary>A word is wrong or at another's place.</summary>
    Checksum,

    /// <summary>Bits that must be zero are not, or numbers do not fit each other.</summary>
    Form,

    /// <summary>The shares are not of one set.</summary>
    OtherSet,

    /// <summary>The same share twice.</summary>
    Twice,

    /// <summary>More or fewer shares than the set needs.</summary>
    Count,

    /// <summary>The shares fit each other and give no secret: one was changed on purpose.</summary>
    Digest,
}
