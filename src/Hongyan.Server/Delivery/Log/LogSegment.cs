using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// A file of the append log. It begins with a header that says where the file before it ended, so that what an append
/// left unfinished there is never taken for damage, and damage never for that.
/// </summary>
internal static class LogSegment
{
    /// <summary>Where the first frame stands.</summary>
    public const int HeaderBytes = 32;

    private const string Extension = ".log";
    private const ulong Magic = 0x31474F4C4E594748; // "HGYNLOG1"

    /// <summary>The numbers of the segments of a folder, rising.</summary>
    public static List<long> List(string folder) =>
        [
            .. new DirectoryInfo(folder)
                .EnumerateFiles("*" + Extension)
                .Select(file =>
                    long.TryParse(
                        Path.GetFileNameWithoutExtension(file.Name),
                        NumberStyles.None,
                        CultureInfo.InvariantCulture,
                        out var segment
                    )
                        ? segment
                        : 0
                )
                .Where(segment => segment > 0)
                .Order(),
        ];

    public static string PathOf(string folder, long segment) =>
        Path.Combine(folder, segment.ToString("D12", CultureInfo.InvariantCulture) + Extension);

    /// <summary>
    /// Makes a segment, durable with its header. Never writes to a file that is there: another process that has the log,
    /// or thinks so, may be writing to it.
    /// </summary>
    /// <param name="folder">The folder of the log.</param>
    /// <param name="segment">The new segment's number.</param>
    /// <param name="previous">The end of the log until now; the default when there is none.</param>
    public static SafeFileHandle Create(string folder, long segment, LogPosition previous)
    {
        var path = PathOf(folder, segment);
        var file = LogDisk.Create(path);
        try
        {
            var header = new byte[HeaderBytes];
            Encode(header, segment, previous);
            LogDisk.Write(file, path, header, 0);
            LogDisk.Flush(file, path);
            LogDisk.FlushFolder(folder);
            return file;
        }
        catch
        {
            file.Dispose();
            LogDisk.Delete(path);
            throw;
        }
    }

    /// <summary>Where the log ended before this segment; null when the segment never came to be.</summary>
    public static LogPosition? ReadPrevious(string folder, long segment)
    {
        using var file = File.OpenHandle(PathOf(folder, segment), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> header = stackalloc byte[HeaderBytes];
        return Decode(header[..RandomAccess.Read(file, header, 0)], segment);
    }

    /// <summary>Writes a header.</summary>
    /// <param name="header">Exactly <see cref="HeaderBytes"/>.</param>
    /// <param name="segment">The number of the segment that it begins.</param>
    /// <param name="previous">The end of the log until then.</param>
    public static void Encode(Span<byte> header, long segment, LogPosition previous)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(header[8..], previous.Segment);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], previous.Offset);
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], Hash(header, segment));
    }

    /// <summary>Reads a header.</summary>
    /// <returns>Where the log ended before; null when it is not the whole header of this segment.</returns>
    public static LogPosition? Decode(ReadOnlySpan<byte> header, long segment) =>
        header.Length == HeaderBytes
        && BinaryPrimitives.ReadUInt64LittleEndian(header) == Magic
        && BinaryPrimitives.ReadUInt64LittleEndian(header[24..]) == Hash(header, segment)
            ? new LogPosition(
                BinaryPrimitives.ReadInt64LittleEndian(header[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(header[16..])
            )
            : null;

    private static ulong Hash(ReadOnlySpan<byte> header, long segment) => XxHash3.HashToUInt64(header[..24], segment);
}
