namespace Hongyan.Load.Measuring;

/// <summary>How large scenarios are, and how long they take.</summary>
internal sealed record Sizing
{
    /// <summary>What figures are measured with.</summary>
    public static readonly Sizing Full = new();

    /// <summary>Enough to see that everything works; the figures mean nothing.</summary>
    public static readonly Sizing Small = new()
    {
        WarmUp = TimeSpan.FromMilliseconds(200),
        Window = TimeSpan.FromMilliseconds(200),
        Windows = 2,
        Settling = TimeSpan.FromMilliseconds(50),
        Pairs = 10,
        PairsInFlight = 40,
        Groups = 2,
        GroupSize = 10,
        FanOutPeople = 10,
        FanOutDevices = 5,
        IdleBase = 20,
        IdleConnections = 40,
        SteadyRate = 200,
        CatchUpWarmUps = 1,
        CatchUpTimes = 2,
        ColdStarts = 1,
        BareThreads = 1,
        CatchUpChanges = 450,
        ColdStartRows = 1_000,
    };

    /// <summary>How long a scenario runs before anything counts.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long each of its measurements lasts.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How many measurements the medians are of.</summary>
    public int Windows { get; init; } = 3;

    /// <summary>How often one looks whether memory still changes.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromSeconds(1);

    public int Pairs { get; init; } = 1_000;
    public int PairsInFlight { get; init; } = 4_000;
    public int Groups { get; init; } = 5;
    public int GroupSize { get; init; } = 200;
    public int FanOutPeople { get; init; } = 500;
    public int FanOutDevices { get; init; } = 10;
    public int IdleBase { get; init; } = 2_000;
    public int IdleConnections { get; init; } = 10_000;
    public int SteadyRate { get; init; } = 5_000;
    public int CatchUpWarmUps { get; init; } = 10;
    public int CatchUpTimes { get; init; } = 20;
    public int ColdStarts { get; init; } = 3;

    /// <summary>With how many writing threads at most a bare server is measured.</summary>
    public int BareThreads { get; init; } = 2;

    public int CatchUpChanges { get; init; } = 10_000;
    public int ColdStartRows { get; init; } = 2_000_000;

    /// <summary>The same with a part of the time.</summary>
    public Sizing Shorter(double part) => this with { WarmUp = WarmUp * part, Window = Window * part };
}
