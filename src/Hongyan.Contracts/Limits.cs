namespace Hongyan.Contracts;

/// <summary>The limits every client can rely on. Lengths of text count UTF-16 code units, as JavaScript does.</summary>
public static class Limits
{
    /// <summary>The longest text message.</summary>
    public const int TextLength = 10_000;

    /// <summary>The shortest handle.</summary>
    public const int HandleMinLength = 3;

    /// <summary>The longest handle.</summary>
    public const int HandleMaxLength = 32;

    /// <summary>The longest display name, group name or device name.</summary>
    public const int NameLength = 64;

    /// <summary>The longest signature ("what's up").</summary>
    public const int SignatureLength = 120;

    /// <summary>The longest region.</summary>
    public const int RegionLength = 64;

    /// <summary>The longest greeting in a contact request.</summary>
    public const int GreetingLength = 200;

    /// <summary>The shortest password.</summary>
    public const int PasswordMinLength = 8;

    /// <summary>The longest password.</summary>
    public const int PasswordMaxLength = 256;

    /// <summary>The most devices a person can be signed in on. One more signs out the one that was not used for longest.</summary>
    public const int Sessions = 32;

    /// <summary>The most rows a page can hold.</summary>
    public const int PageSize = 200;

    /// <summary>
    /// What the bodies of a page of messages may come to, in bytes; it then holds fewer messages than asked for, and says
    /// that there are more. One message is always in it.
    /// </summary>
    public const int PageBytes = 2 * 1024 * 1024;

    /// <summary>The rows of a page when the request names no limit.</summary>
    public const int DefaultPageSize = 50;

    /// <summary>The most people in a group, its creator included.</summary>
    public const int GroupMembers = 500;

    /// <summary>The fewest people in a group, its creator included.</summary>
    public const int GroupMinMembers = 2;

    /// <summary>The largest socket frame from a client, in bytes.</summary>
    public const int FrameBytes = 256 * 1024;

    /// <summary>The largest first message over the socket, the one with the <c>hello</c>, in bytes.</summary>
    public const int HelloBytes = 16 * 1024;

    /// <summary>The most frames a client can put into one array.</summary>
    public const int FramesPerArray = 256;

    /// <summary>The largest JSON body over HTTP, in bytes.</summary>
    public const int JsonBodyBytes = 256 * 1024;

    /// <summary>The largest avatar upload, in bytes.</summary>
    public const int AvatarBytes = 5 * 1024 * 1024;
}
