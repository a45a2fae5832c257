using NetVips;

namespace Hongyan.ServerTests.Infrastructure;

/// <summary>Pictures to upload.</summary>
internal static class TestImages
{
    public static byte[] Png(int width, int height)
    {
        using var image = Image.Black(width, height, bands: 3);
        return image.PngsaveBuffer();
    }

    /// <summary>A PNG of one colour, in far fewer bytes than pixels.</summary>
    public static byte[] Bomb(int width, int height)
    {
        using var image = Image.Black(width, height);
        return image.PngsaveBuffer(bitdepth: 1);
    }
}
