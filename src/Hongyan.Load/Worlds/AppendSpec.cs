namespace Hongyan.Load.Worlds;

/// <summary>What is to be written to the log alone.</summary>
/// <param name="Run">The run that the messages carry in their ids.</param>
/// <param name="Batch">Messages a commit.</param>
/// <param name="WarmUpSeconds">How long before anything counts.</param>
/// <param name="WindowSeconds">How long each measurement lasts.</param>
/// <param name="Windows">How many measurements.</param>
/// <param name="Chats">Where the messages go, one to each in turn.</param>
internal sealed record AppendSpec(
    int Run,
    int Batch,
    double WarmUpSeconds,
    double WindowSeconds,
    int Windows,
    IReadOnlyList<AppendChat> Chats
);

/// <summary>A conversation, its last message, and somebody in it.</summary>
internal sealed record AppendChat(long Id, long Seq, long Sender);

/// <summary>What came of it.</summary>
/// <param name="Rates">Messages a second of time spent in commits, in each measurement.</param>
/// <param name="Sustained">Messages a second when commits never pause, in a measurement of its own.</param>
/// <param name="CpuUs">Processor time of the process for a message in that one, everything in the background included.</param>
/// <param name="CommitP50Ms">How long half of the commits took at most.</param>
/// <param name="CommitP99Ms">How long 99 of 100 took at most.</param>
/// <param name="Rows">How many messages each writer committed: those numbered from 0 in its ids.</param>
/// <param name="PerWriter">The conversations of each writer, in the order in which it goes through them.</param>
internal sealed record AppendReport(
    IReadOnlyList<double> Rates,
    double Sustained,
    double CpuUs,
    double CommitP50Ms,
    double CommitP99Ms,
    IReadOnlyList<long> Rows,
    IReadOnlyList<IReadOnlyList<long>> PerWriter
);
