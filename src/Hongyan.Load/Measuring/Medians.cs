namespace Hongyan.Load.Measuring;

internal static class Medians
{
    /// <summary>The middle one; the lower of the two middle ones when there is an even number; NaN when there is none.</summary>
    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[(sorted.Count - 1) / 2];
    }
}
