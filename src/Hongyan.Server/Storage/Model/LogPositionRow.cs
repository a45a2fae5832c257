namespace Hongyan.Server.Storage.Model;

/// <summary>Up to where the tables hold what the append log holds; one row, and only in SQLite.</summary>
internal sealed class LogPositionRow
{
    public const int TheOne = 1;

    public required int Id { get; init; }
    public required long Segment { get; set; }
    public required long Offset { get; set; }
}
