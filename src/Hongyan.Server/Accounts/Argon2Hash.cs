using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Konscious.Security.Cryptography;

namespace Hongyan.Server.Accounts;

/// <summary>A password hash with its cost and salt, in the usual text form: <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>.</summary>
internal sealed partial record Argon2Hash(int MemoryKiB, int Iterations, byte[] Salt, byte[] Hash)
{
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    /// <summary>Hashes a password with a new salt.</summary>
    public static Argon2Hash Of(string password, int memoryKiB, int iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new Argon2Hash(memoryKiB, iterations, salt, Compute(password, salt, memoryKiB, iterations, HashBytes));
    }

    /// <summary>Reads the text form; null when it is not one.</summary>
    public static Argon2Hash? Parse(string text)
    {
        var match = Form().Match(text);
        return match.Success
            ? new Argon2Hash(
                int.Parse(match.Groups["m"].ValueSpan, CultureInfo.InvariantCulture),
                int.Parse(match.Groups["t"].ValueSpan, CultureInfo.InvariantCulture),
                FromBase64(match.Groups["salt"].Value),
                FromBase64(match.Groups["hash"].Value)
            )
            : null;
    }

    /// <summary>Whether this is the hash of the password.</summary>
    public bool Matches(string password) =>
        CryptographicOperations.FixedTimeEquals(Compute(password, Salt, MemoryKiB, Iterations, Hash.Length), Hash);

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"$argon2id$v=19$m={MemoryKiB},t={Iterations},p=1${ToBase64(Salt)}${ToBase64(Hash)}"
        );

    private static byte[] Compute(string password, byte[] salt, int memoryKiB, int iterations, int length)
    {
        using var argon2 = new Argon2id(Encoding.UTF8.GetBytes(password))
        {
            Salt = salt,
            MemorySize = memoryKiB,
            Iterations = iterations,
            DegreeOfParallelism = 1,
        };
        return argon2.GetBytes(length);
    }

    private static string ToBase64(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[] FromBase64(string text) =>
        Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));

    [GeneratedRegex(
        @"\A\$argon2id\$v=19\$m=(?<m>\d{1,8}),t=(?<t>\d{1,4}),p=1\$(?<salt>[A-Za-z0-9+/]+)\$(?<hash>[A-Za-z0-9+/]+)\z"
    )]
    private static partial Regex Form();
}
