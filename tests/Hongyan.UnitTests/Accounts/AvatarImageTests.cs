using Hongyan.Server.Accounts;
using NetVips;
using Xunit;

namespace Hongyan.UnitTests.Accounts;

public sealed class AvatarImageTests : IDisposable
{
    private readonly AvatarImage _images = new();

    public void Dispose() => _images.Dispose();

    [Theory]
    [InlineData(".png", 800, 300)]
    [InlineData(".jpg", 300, 800)]
    [InlineData(".webp", 10, 20)]
    public async Task Make_Picture_IsASquareOfWebP(string format, int width, int height)
    {
        using var picture = Picture(width, height);

        var made = await MakeAsync(picture.WriteToBuffer(format));

        using var avatar = Image.NewFromBuffer(made!);
        Assert.Equal((256, 256), (avatar.Width, avatar.Height));
        Assert.Equal("webpload_buffer", avatar.Get("vips-loader"));
    }

    [Fact]
    public async Task Make_WidePicture_KeepsItsCentre()
    {
        // Red, green, red: the middle third is all that is left.
        using var red = Solid(100, 100, 255, 0, 0);
        using var green = Solid(100, 100, 0, 255, 0);
        using var flag = red.Join(green, Enums.Direction.Horizontal).Join(red, Enums.Direction.Horizontal);

        var made = await MakeAsync(flag.WriteToBuffer(".png"));

        using var avatar = Image.NewFromBuffer(made!);
        Assert.All(
            [(10, 10), (128, 128), (245, 245)],
            at =>
            {
                var pixel = avatar.Getpoint(at.Item1, at.Item2);
                Assert.True(pixel[1] > 200 && pixel[0] < 60, string.Join(',', pixel));
            }
        );
    }

    [Fact]
    public async Task Make_CameraPicture_IsUprightAndForgetsWhereItWasTaken()
    {
        // Left half red, right half blue, and a note that it is to be turned a quarter clockwise.
        using var red = Solid(100, 200, 255, 0, 0);
        using var blue = Solid(100, 200, 0, 0, 255);
        using var taken = red.Join(blue, Enums.Direction.Horizontal)
            .Mutate(image =>
            {
                image.Set(GValue.GIntType, "orientation", 6);
                image.Set(
                    GValue.GStrType,
                    "exif-ifd3-GPSLatitude",
                    "1/1 2/1 3/1 (1, 2, 3, Rational, 3 components, 24 bytes)"
                );
                image.Set(GValue.GStrType, "exif-ifd0-Model", "Camera (Camera, ASCII, 7 components, 7 bytes)");
            });
        var upload = taken.JpegsaveBuffer(q: 95);
        using (var uploaded = Image.NewFromBuffer(upload))
        {
            Assert.Contains(uploaded.GetFields(), field => field.Contains("GPSLatitude", StringComparison.Ordinal));
        }

        var made = await MakeAsync(upload);

        using var avatar = Image.NewFromBuffer(made!);
        Assert.DoesNotContain(
            avatar.GetFields(),
            field => field.StartsWith("exif", StringComparison.Ordinal) || field == "orientation"
        );
        Assert.True(avatar.Getpoint(128, 20)[0] > 200, "The top is red.");
        Assert.True(avatar.Getpoint(128, 236)[2] > 200, "The bottom is blue.");
    }

    [Fact]
    public async Task Make_MorePixelsThanAllowed_IsNull()
    {
        using var huge = Image.Black(8_000, 8_000);

        Assert.Null(await MakeAsync(huge.PngsaveBuffer(bitdepth: 1)));
    }

    [Fact]
    public async Task Make_HalfAPicture_IsNull()
    {
        using var picture = Picture(400, 400);
        var whole = picture.WriteToBuffer(".png");

        Assert.Null(await MakeAsync(whole[..(whole.Length / 2)]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")]
    [InlineData("GIF89a\u0001\u0001")]
    public async Task Make_SomethingElse_IsNull(string text) =>
        Assert.Null(await MakeAsync(System.Text.Encoding.Latin1.GetBytes(text)));

    private Task<byte[]?> MakeAsync(byte[] upload) => _images.MakeAsync(upload, TestContext.Current.CancellationToken);

    private static Image Picture(int width, int height) =>
        Image.Gaussnoise(width, height, sigma: 40, mean: 128).Cast(Enums.BandFormat.Uchar);

    private static Image Solid(int width, int height, double red, double green, double blue) =>
        (Image.Black(width, height, bands: 3) + new[] { red, green, blue })
            .Cast(Enums.BandFormat.Uchar)
            .Copy(interpretation: Enums.Interpretation.Srgb);
}
