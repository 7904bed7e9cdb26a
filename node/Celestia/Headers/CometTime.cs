using System.Globalization;
using Dsdn.Celestia.Wire;

namespace Dsdn.Celestia.Headers;

/// <summary>A time of CometBFT: seconds since 1970 and nanoseconds, as google.protobuf.Timestamp; as text, RFC 3339 in UTC.</summary>
public readonly record struct CometTime(long Seconds, int Nanos) : IComparable<CometTime>
{
    private const int SecondsOfDay = 86_400;

    /// <summary>"0001-01-01T00:00:00Z", which Go writes for no time.</summary>
    public static readonly CometTime Zero = new(-62_135_596_800, 0);

    public static CometTime FromUnixMs(ulong ms) => new((long)(ms / 1000), (int)(ms % 1000) * 1_000_000);

    /// <summary>Rounded down; 0 before 1970.</summary>
    public ulong UnixMs => Seconds < 0 ? 0 : ((ulong)Seconds * 1000) + ((ulong)Nanos / 1_000_000);

    public int CompareTo(CometTime other) => Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanos.CompareTo(other.Nanos);

    public static bool operator <(CometTime left, CometTime right) => left.CompareTo(right) < 0;
    public static bool operator >(CometTime left, CometTime right) => left.CompareTo(right) > 0;
    public static bool operator <=(CometTime left, CometTime right) => left.CompareTo(right) <= 0;
    public static bool operator >=(CometTime left, CometTime right) => left.CompareTo(right) >= 0;

    /// <summary>RFC 3339 in UTC (a final Z), with up to nine digits behind the seconds; years 1 to 9999.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CometTime time)
    {
        time = default;
        if (text.Length < 20 || text[^1] is not 'Z' || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return false;
        if (!TryNumber(text[..4], out int year) || !TryNumber(text[5..7], out int month) || !TryNumber(text[8..10], out int day)) return false;
        if (!TryNumber(text[11..13], out int hour) || !TryNumber(text[14..16], out int minute) || !TryNumber(text[17..19], out int second)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DaysOfMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;
        ReadOnlySpan<char> fraction = text[19..^1];
        int nanos = 0;
        if (!fraction.IsEmpty)
        {
            if (fraction[0] != '.' || fraction.Length is < 2 or > 10 || !TryNumber(fraction[1..], out nanos)) return false;
            for (int digits = fraction.Length - 1; digits < 9; digits++) nanos *= 10;
        }
        time = new CometTime((DaysSinceEpoch(year, month, day) * SecondsOfDay) + (hour * 3600) + (minute * 60) + second, nanos);
        return true;
    }

    /// <summary>As Go writes it: no zeros at the end of the fraction.</summary>
    public override string ToString()
    {
        long days = FloorDivide(Seconds, SecondsOfDay);
        int ofDay = (int)(Seconds - (days * SecondsOfDay));
        (long year, int month, int day) = Civil(days);
        string fraction = Nanos == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $".{Nanos:D9}").TrimEnd('0');
        return string.Create(CultureInfo.InvariantCulture, $"{year:D4}-{month:D2}-{day:D2}T{ofDay / 3600:D2}:{ofDay / 60 % 60:D2}:{ofDay % 60:D2}{fraction}Z");
    }

    internal byte[] Encode() => new ProtobufWriter().Int64(1, Seconds).Int64(2, Nanos).ToArray();

    private static bool TryNumber(ReadOnlySpan<char> digits, out int number) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static int DaysOfMonth(int year, int month) => month switch
    {
        2 => (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    /// <summary>The proleptic Gregorian calendar with years that begin in March, so that leap days come last.</summary>
    private static long DaysSinceEpoch(int year, int month, int day)
    {
        int shifted = month <= 2 ? year - 1 : year, era = shifted / 400, ofEra = shifted % 400;
        int dayOfYear = ((153 * ((month + 9) % 12)) + 2) / 5 + day - 1;
        return (era * 146_097L) + (ofEra * 365) + (ofEra / 4) - (ofEra / 100) + dayOfYear - 719_468;
    }

    private static (long Year, int Month, int Day) Civil(long days)
    {
        long shifted = days + 719_468, era = FloorDivide(shifted, 146_097), ofEra = shifted - (era * 146_097);
        long year = (ofEra - (ofEra / 1460) + (ofEra / 36_524) - (ofEra / 146_096)) / 365;
        int dayOfYear = (int)(ofEra - ((365 * year) + (year / 4) - (year / 100))), march = ((5 * dayOfYear) + 2) / 153;
        int month = march < 10 ? march + 3 : march - 9;
        return (year + (era * 400) + (month <= 2 ? 1 : 0), month, dayOfYear - (((153 * march) + 2) / 5) + 1);
    }

    private static long FloorDivide(long a, long b) => a >= 0 ? a / b : -((b - 1 - a) / b);
}
