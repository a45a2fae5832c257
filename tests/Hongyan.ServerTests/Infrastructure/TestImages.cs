using NetVips;

namespace Hongyan.ServerTests.Infrastructure;

/// <summary>Pictures to upload.</summary>
internal static class TestImages
{
    /// <summary>A black PNG, which compresses so well that it can be huge.</summary>
    public static byte[] Png(int width, int height)
    {
        using var image = Image.Black(width, height, bands: 3);
        return image.PngsaveBuffer(compression: 9);
    }
}
