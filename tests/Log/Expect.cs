using System.Diagnostics.CodeAnalysis;

namespace Dsdn.Log.Tests;

internal static class Expect
{
    public static T There<T>([NotNull] T? value)
        where T : class
    {
        Assert.NotNull(value);
        return value;
    }
}
