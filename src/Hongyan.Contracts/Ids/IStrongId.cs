namespace Hongyan.Contracts.Ids;

/// <summary>
/// A 64-bit identifier with a type of its own, so that a user id cannot be passed where a conversation id is meant.
/// On the wire it is a string of decimal digits, because JavaScript numbers are exact only up to 2^53.
/// </summary>
/// <typeparam name="TSelf">The identifier's own type.</typeparam>
public interface IStrongId<TSelf> : ISpanParsable<TSelf>
    where TSelf : struct, IStrongId<TSelf>
{
    /// <summary>The number behind the identifier; always positive for an identifier that exists.</summary>
    long Value { get; }

    /// <summary>Wraps a number that is already known to be an identifier of this kind.</summary>
    static abstract TSelf From(long value);
}
