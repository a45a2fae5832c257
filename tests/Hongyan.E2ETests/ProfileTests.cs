using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hongyan.E2ETests;

/// <summary>One's own picture and name, as others see them.</summary>
public sealed class ProfileTests(World world)
{
    /// <summary>A picture of noise, which cannot be compressed; returns how many bytes it has.</summary>
    private const string MakePhoto = """
        async () => {
          const canvas = Object.assign(document.createElement("canvas"), { width: 1600, height: 1200 });
          const context = canvas.getContext("2d");
          const noise = context.createImageData(1600, 1200);
          for (let at = 0; at < noise.data.length; at += 65536) {
            crypto.getRandomValues(noise.data.subarray(at, at + 65536));
          }
          context.putImageData(noise, 0, 0);
          const photo = await new Promise((done) => canvas.toBlob(done, "image/png"));
          const bytes = new Uint8Array(await photo.arrayBuffer());
          let text = "";
          for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
          return btoa(text);
        }
        """;

    [Fact]
    public async Task Picture_LargerThanTheServerTakes_IsMadeSmaller_AndOthersSeeIt()
    {
        using var ann = await world.RegisterAsync("Ann");
        using var bob = await world.RegisterAsync("Bob");
        await ann.BefriendAsync(bob);
        await using var annDevice = await world.OpenAsync(ann);
        await using var bobDevice = await world.OpenAsync(bob);
        await Expect(bobDevice.Row("Ann")).ToBeVisibleAsync();
        var photo = Convert.FromBase64String(await annDevice.Page.EvaluateAsync<string>(MakePhoto));
        Assert.True(photo.Length > 5 * 1024 * 1024, $"{photo.Length} bytes are no test");

        await ChooseAsync(annDevice, photo);

        await Expect(annDevice.Button("Remove picture")).ToBeVisibleAsync();
        await Expect(bobDevice.Row("Ann").Locator("img")).ToHaveJSPropertyAsync("naturalWidth", 256);
    }

    [Fact]
    public async Task Picture_ThatIsTooLargeAndNone_IsRefusedInSoManyWords()
    {
        using var ann = await world.RegisterAsync("Ann");
        await using var device = await world.OpenAsync(ann);

        await ChooseAsync(device, new byte[6 * 1024 * 1024]);

        await Expect(device.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This picture is too large: at most 5 MB.");
    }

    private static async Task ChooseAsync(Device device, byte[] picture)
    {
        await device.GoAsync("/me/profile");
        await device
            .Page.Locator("input[type=file]")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "photo.png",
                    MimeType = "image/png",
                    Buffer = picture,
                }
            );
    }
}
