using System.CommandLine;
using Hongyan.Fuzz;

string[] names = [.. Target.All.Select(target => target.Name)];
var several = new Argument<string[]>("target")
{
    Description = $"What to fuzz: {string.Join(", ", names)}; all when left out",
    Arity = ArgumentArity.ZeroOrMore,
};
several.AcceptOnlyFromAmong(names);
var one = new Argument<string>("target") { Description = $"One of {string.Join(", ", names)}" };
one.AcceptOnlyFromAmong(names);
var seconds = new Option<int?>("--seconds")
{
    Description = "How long for each target; 10 when neither this nor --runs is given",
};
var runs = new Option<long?>("--runs") { Description = "How many inputs for each target, beside the corpus" };
var seed = new Option<int>("--seed")
{
    Description = "Where the random numbers begin; another one each time when left out",
    DefaultValueFactory = _ => Random.Shared.Next(),
};
var save = new Option<bool>("--save") { Description = "Add inputs that reach something new to the corpus" };

var run = new Command("run", "Fuzz for a time, guided by coverage") { several, seconds, runs, seed, save };
run.SetAction(result =>
    Supervisor.Run(
        Folders.Find(),
        result.GetValue(several) is { Length: > 0 } chosen ? chosen : names,
        new FuzzOptions(
            TimeOf(result.GetValue(seconds), result.GetValue(runs)),
            result.GetValue(runs) ?? long.MaxValue,
            result.GetValue(seed),
            result.GetValue(save) ? CorpusUse.Grow : CorpusUse.Keep
        )
    )
);

var minimize = new Command("minimize", "Delete found inputs that reach nothing of their own") { several };
minimize.SetAction(result =>
    Supervisor.Run(
        Folders.Find(),
        result.GetValue(several) is { Length: > 0 } chosen ? chosen : names,
        new FuzzOptions(TimeSpan.Zero, 0, 0, CorpusUse.Shrink)
    )
);

var file = new Argument<FileInfo>("file") { Description = "An input" };
var reproduce = new Command("reproduce", "Run one input, as it is and without a watch on it") { one, file };
reproduce.SetAction(result =>
{
    Target.Of(result.GetValue(one)!).Run(File.ReadAllBytes(result.GetValue(file)!.FullName));
    Console.WriteLine("Everything holds.");
});

var folder = new Argument<DirectoryInfo>("folder") { Description = "Where the copy goes; made when it is missing" };
var instrument = new Command("instrument", "Make a copy of this program that tells afl-fuzz where it goes") { folder };
instrument.SetAction(result => Console.WriteLine(Instrumentation.Copy(result.GetValue(folder)!.FullName)));

var afl = new Command("afl", "Serve afl-fuzz; for the copy that 'instrument' makes") { one };
afl.SetAction(result =>
{
    var target = Target.Of(result.GetValue(one)!);
    SharpFuzz.Fuzzer.Run(stream =>
    {
        using var input = new MemoryStream();
        stream.CopyTo(input);
        target.Run(input.ToArray());
    });
});

var fuzz = Supervisor.ChildCommand(one);
return new RootCommand("Fuzzes what reads bytes of strangers") { run, minimize, reproduce, instrument, afl, fuzz }
    .Parse(args)
    .Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

static TimeSpan TimeOf(int? seconds, long? runs) =>
    (seconds, runs) switch
    {
        ({ } time, _) => TimeSpan.FromSeconds(time),
        (null, null) => TimeSpan.FromSeconds(10),
        _ => TimeSpan.MaxValue,
    };
