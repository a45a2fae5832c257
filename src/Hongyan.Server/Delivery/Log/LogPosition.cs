namespace Hongyan.Server.Delivery.Log;

/// <summary>A place in the append log: just behind a frame, or at the beginning of a segment.</summary>
/// <param name="Segment">The segment's number; they rise by one.</param>
/// <param name="Offset">Bytes from the beginning of the segment's file.</param>
internal readonly record struct LogPosition(long Segment, long Offset) : IComparable<LogPosition>
{
    public int CompareTo(LogPosition other) =>
        Segment != other.Segment ? Segment.CompareTo(other.Segment) : Offset.CompareTo(other.Offset);
}
