namespace Hongyan.Server.Delivery;

/// <summary>A value, or the error code that stands in its place.</summary>
internal readonly record struct Outcome<T>(T? Value, string? Error)
    where T : class
{
    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static Outcome<T> Refused(string code) => new(null, code);
}
