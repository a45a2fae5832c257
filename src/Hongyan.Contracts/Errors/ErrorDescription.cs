namespace Hongyan.Contracts.Errors;

/// <summary>What goes with an error code: its HTTP status, and whether the same request may succeed later.</summary>
/// <param name="Code">The stable code, one of <see cref="ErrorCode"/>.</param>
/// <param name="Status">The HTTP status used when it is answered over HTTP.</param>
/// <param name="IsRetryable">Whether the same request, unchanged, can succeed later.</param>
/// <param name="Title">A short English sentence for logs and developers; never shown to people.</param>
public sealed record ErrorDescription(string Code, int Status, bool IsRetryable, string Title)
{
    private static readonly Dictionary<string, ErrorDescription> ByCode = new ErrorDescription[]
    {
        new(ErrorCode.InvalidRequest, 400, false, "The request is malformed."),
        new(ErrorCode.TooLarge, 413, false, "The request is too large."),
        new(ErrorCode.UnknownFrame, 400, false, "The frame type is unknown."),
        new(ErrorCode.UnknownKind, 400, false, "The message kind is unknown."),
        new(ErrorCode.NotFound, 404, false, "Not found."),
        new(ErrorCode.Unauthenticated, 401, false, "Sign in, or refresh the access token."),
        new(ErrorCode.SessionRevoked, 401, false, "The session has ended."),
        new(ErrorCode.InvalidCredentials, 401, false, "The handle or the password is wrong."),
        new(ErrorCode.InvalidRefreshToken, 401, false, "The refresh token is not valid."),
        new(ErrorCode.HandleTaken, 409, false, "The handle is taken."),
        new(ErrorCode.InvalidHandle, 400, false, "The handle is not allowed."),
        new(ErrorCode.InvalidName, 400, false, "The name is not allowed."),
        new(ErrorCode.WeakPassword, 400, false, "The password is too weak."),
        new(ErrorCode.WrongPassword, 403, false, "The current password is wrong."),
        new(ErrorCode.InvalidImage, 400, false, "The picture cannot be used."),
        new(ErrorCode.RateLimited, 429, true, "Too many requests."),
        new(ErrorCode.SelfContact, 400, false, "That is you."),
        new(ErrorCode.AlreadyContacts, 409, false, "You are contacts already."),
        new(ErrorCode.RequestClosed, 409, false, "The request is closed."),
        new(ErrorCode.NotContacts, 403, false, "You are not contacts."),
        new(ErrorCode.InvalidText, 400, false, "The text is empty or too long."),
        new(ErrorCode.ClientIdReused, 409, false, "The client id was used for another message."),
        new(ErrorCode.InvalidClientId, 400, false, "The client id is not a UUID version 7."),
        new(ErrorCode.InvalidMemberCount, 400, false, "The number of members is not allowed."),
        new(ErrorCode.InvalidTitle, 400, false, "The group name is not allowed."),
        new(ErrorCode.Forbidden, 403, false, "Not allowed."),
        new(ErrorCode.TooManyInFlight, 429, true, "Too many requests under way."),
        new(ErrorCode.StoreUnavailable, 503, true, "The store is not available."),
        new(ErrorCode.ShuttingDown, 503, true, "The server is stopping."),
        new(ErrorCode.Internal, 500, true, "The server failed."),
    }.ToDictionary(description => description.Code, StringComparer.Ordinal);

    /// <summary>All errors there are, in no particular order.</summary>
    public static IReadOnlyCollection<ErrorDescription> All => ByCode.Values;

    /// <summary>The description of a code.</summary>
    /// <exception cref="KeyNotFoundException">The code is not one of <see cref="ErrorCode"/>.</exception>
    public static ErrorDescription Of(string code) => ByCode[code];
}
