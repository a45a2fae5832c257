using System.Globalization;

namespace Hongyan.Server.Delivery.Sync;

/// <summary>Where a page of the conversation list ended.</summary>
internal readonly record struct HeadCursor(long ActiveAt, long Conversation) : IComparable<HeadCursor>
{
    public int CompareTo(HeadCursor other) =>
        ActiveAt != other.ActiveAt ? ActiveAt.CompareTo(other.ActiveAt) : Conversation.CompareTo(other.Conversation);

    public static HeadCursor? Parse(string text)
    {
        var parts = text.Split('.');
        return
            parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var activeAt)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var conversation)
            ? new HeadCursor(activeAt, conversation)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ActiveAt}.{Conversation}");
}
