using Hongyan.Contracts;
using NetVips;

namespace Hongyan.Server.Accounts;

/// <summary>
/// Makes an avatar from an uploaded picture: upright, a square from the centre, 256 pixels wide, WebP, nothing left of
/// what the camera wrote into it.
/// </summary>
internal sealed class AvatarImage : IDisposable
{
    public const string ContentType = "image/webp";
    private const int Side = 256;
    private const int Quality = 82;
    private const long MaxPixels = 50_000_000;

    private static readonly HashSet<string> Loaders = new(StringComparer.Ordinal)
    {
        "VipsForeignLoadJpegBuffer",
        "VipsForeignLoadPngBuffer",
        "VipsForeignLoadWebpBuffer",
    };

    /// <summary>How many pictures are decoded at once: each may take some hundred megabytes.</summary>
    private readonly SemaphoreSlim _seats = new(Math.Max(1, Environment.ProcessorCount / 2));

    static AvatarImage()
    {
        // Only decoders that are tested against hostile input; one thread a picture; nothing kept between pictures.
        NetVips.NetVips.BlockUntrusted = true;
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;
        // What is wrong with a picture is its sender's business and not the log's.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, (_, _, _) => { });
    }

    /// <summary>The picture as it is stored; null when it is none that can be used.</summary>
    public async Task<byte[]?> MakeAsync(byte[] upload, CancellationToken cancellationToken)
    {
        await _seats.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Make(upload), CancellationToken.None);
        }
        finally
        {
            _seats.Release();
        }
    }

    public void Dispose() => _seats.Dispose();

    private static byte[]? Make(byte[] upload)
    {
        try
        {
            if (Image.FindLoadBuffer(upload) is not { } loader || !Loaders.Contains(loader))
            {
                return null;
            }

            using (var header = Image.NewFromBuffer(upload, access: Enums.Access.Sequential))
            {
                if ((long)header.Width * header.Height > MaxPixels)
                {
                    return null;
                }
            }

            using var square = Image.ThumbnailBuffer(
                upload,
                Side,
                height: Side,
                size: Enums.Size.Both,
                crop: Enums.Interesting.Centre,
                outputProfile: "srgb",
                optionString: "[fail-on=error]" // the parameter of that name does not reach the loader
            );
            return square.WebpsaveBuffer(q: Quality, keep: Enums.ForeignKeep.None);
        }
        catch (VipsException)
        {
            // Not a picture, or a broken one.
            return null;
        }
    }
}
