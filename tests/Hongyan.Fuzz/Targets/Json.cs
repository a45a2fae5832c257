using System.Text.Json;
using Hongyan.Contracts;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Socket;
using Hongyan.Server.Delivery.Gateway;

namespace Hongyan.Fuzz.Targets;

/// <summary>
/// The readers of what a message says. Never a fault: a frame, or an error of the protocol. The short way to read a send
/// reads what the long one does, and a frame that is written again reads as the same.
/// </summary>
internal static class Json
{
    public static string[] Words { get; } =
    [
        "\"",
        "\\u",
        "\\ud83d",
        "\\",
        "{\"t\":\"send\"",
        "\"t\":",
        ",\"",
        "}}",
        "[",
        "]",
        "null",
        "1e9",
        "-0",
        "雁",
        "🪿",
        "\"conversation\":\"1\"",
        "\"id\":1",
        "\"limit\":1",
        "\"since\":0",
    ];

    public static void Run(byte[] input)
    {
        var ranges = FrameReader.Split(input);
        List<ClientFrame> frames = [];
        foreach (var range in ranges ?? [])
        {
            if (FrameReader.Read(input.AsSpan(range), out var error) is { } frame)
            {
                frames.Add(frame);
                Target.Check(error is null, "It was both read and refused.");
                Target.Check(IsTheSameAgain(frame), "Written again, it reads as something else.");
            }
            else
            {
                Target.Check(error is not null, "It was neither read nor refused.");
                _ = ErrorDescription.Of(error!.Code);
                _ = JsonSerializer.SerializeToUtf8Bytes<ServerFrame>(error, HongyanJson.Wire.ServerFrame);
            }
        }

        if (SendReader.ReadOne(input) is { } one)
        {
            Target.Check(ranges is { Count: 1 } && frames.Count == 1 && frames[0] == one, "It was read in two ways.");
        }

        if (SendReader.ReadMany(input) is { } many)
        {
            Target.Check(ranges?.Count == many.Count && frames.SequenceEqual(many), "They were read in two ways.");
        }
    }

    private static bool IsTheSameAgain(ClientFrame frame)
    {
        var written = JsonSerializer.SerializeToUtf8Bytes(frame, HongyanJson.Wire.ClientFrame);
        return FrameReader.Read(written, out _) is { } again
            && JsonSerializer.SerializeToUtf8Bytes(again, HongyanJson.Wire.ClientFrame).AsSpan().SequenceEqual(written);
    }
}
