namespace Hongyan.Server.Platform;

/// <summary>How often things may be done, from <c>Hongyan:Limits</c>.</summary>
internal sealed class LimitsOptions
{
    public const string Section = "Hongyan:Limits";

    /// <summary>New accounts from one address.</summary>
    public TokenBucket RegistrationPerAddress { get; set; } = new(burst: 20, perMinute: 2);

    /// <summary>Attempts to sign in from one address.</summary>
    public TokenBucket SignInPerAddress { get; set; } = new(burst: 60, perMinute: 30);

    /// <summary>Attempts to sign in to one handle, from wherever.</summary>
    public TokenBucket SignInPerHandle { get; set; } = new(burst: 10, perMinute: 5);

    /// <summary>Attempts of one person to change the password.</summary>
    public TokenBucket PasswordChangePerUser { get; set; } = new(burst: 10, perMinute: 2);

    /// <summary>Pictures one person uploads.</summary>
    public TokenBucket AvatarPerUser { get; set; } = new(burst: 10, perMinute: 6);

    /// <summary>Searches of one person for handles.</summary>
    public TokenBucket PersonSearchPerUser { get; set; } = new(burst: 30, perMinute: 20);

    /// <summary>Contact requests one person sends.</summary>
    public TokenBucket ContactRequestPerUser { get; set; } = new(burst: 30, perMinute: 5);

    /// <summary>Changes of one person that many are told of: groups made and renamed, and of their own profile.</summary>
    public TokenBucket ChangePerUser { get; set; } = new(burst: 60, perMinute: 30);

    /// <summary>Requests of one person over HTTP, whatever they are for.</summary>
    public TokenBucket RequestPerUser { get; set; } = new(burst: 2_000, perMinute: 6_000);

    /// <summary>Frames of one device other than messages; those beyond wait.</summary>
    public TokenBucket RequestPerSession { get; set; } = new(burst: 1_000, perMinute: 3_000);

    /// <summary>Messages one person sends, from all devices together: a bot at full speed, not a flood.</summary>
    public TokenBucket SendPerUser { get; set; } = new(burst: 400, perMinute: 6_000);

    /// <summary>Messages one device sends over its socket, so that it leaves something to the others.</summary>
    public TokenBucket SendPerSession { get; set; } = new(burst: 200, perMinute: 3_000);

    public bool IsValid =>
        RegistrationPerAddress.IsValid
        && SignInPerAddress.IsValid
        && SignInPerHandle.IsValid
        && PasswordChangePerUser.IsValid
        && AvatarPerUser.IsValid
        && PersonSearchPerUser.IsValid
        && ContactRequestPerUser.IsValid
        && ChangePerUser.IsValid
        && RequestPerUser.IsValid
        && RequestPerSession.IsValid
        && SendPerUser.IsValid
        && SendPerSession.IsValid;
}
