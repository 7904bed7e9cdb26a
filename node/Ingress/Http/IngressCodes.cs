namespace Dsdn.Ingress.Http;

/// <summary>Codes that the ingress answers with, beside those of the read path.</summary>
public static class IngressCodes
{
    public const string Id = "DSDN-E-INGRESS-ID";
    public const string MinSeq = "DSDN-E-INGRESS-MIN-SEQ";
    public const string Path = "DSDN-E-INGRESS-PATH";
    public const string Method = "DSDN-E-INGRESS-METHOD";
    public const string Body = "DSDN-E-INGRESS-BODY";
    public const string Range = "DSDN-E-INGRESS-RANGE";
    public const string Condition = "DSDN-E-INGRESS-CONDITION";
    public const string Rate = "DSDN-E-INGRESS-RATE";
    public const string Busy = "DSDN-E-INGRESS-BUSY";
    public const string Draining = "DSDN-E-INGRESS-DRAINING";

    /// <summary>A public object whose list does not hold, or names what is not there.</summary>
    public const string Object = "DSDN-E-INGRESS-OBJECT";
}
