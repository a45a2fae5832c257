using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Hongyan.Contracts.Ids;
using Microsoft.AspNetCore.DataProtection;

namespace Hongyan.Server.Accounts;

/// <summary>What is in a refresh token: the session, and which of its tokens it is.</summary>
internal readonly record struct RefreshToken(SessionId Session, int Generation);

/// <summary>Makes and reads refresh tokens. Nothing of them is stored but the generation in the session's row.</summary>
internal sealed class RefreshTokens(IDataProtectionProvider protection)
{
    private const int Length = sizeof(long) + sizeof(int);
    private const int MaxTextLength = 1024;

    private readonly IDataProtector _protector = protection.CreateProtector("Hongyan.RefreshToken.v1");

    public string Issue(RefreshToken token)
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, token.Session.Value);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(sizeof(long)), token.Generation);
        return Base64Url.EncodeToString(_protector.Protect(bytes));
    }

    /// <summary>Reads a token; null when it is none of ours.</summary>
    public RefreshToken? Read(string text)
    {
        if (text.Length > MaxTextLength || !Base64Url.IsValid(text))
        {
            return null;
        }

        try
        {
            var bytes = _protector.Unprotect(Base64Url.DecodeFromChars(text));
            return bytes.Length == Length
                ? new RefreshToken(
                    new SessionId(BinaryPrimitives.ReadInt64BigEndian(bytes)),
                    BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(sizeof(long)))
                )
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
