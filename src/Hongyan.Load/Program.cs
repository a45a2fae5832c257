using System.CommandLine;
using Hongyan.Load;
using Hongyan.Load.Limits;
using Hongyan.Load.Measuring;
using Hongyan.Load.Scenarios;
using Hongyan.Load.Worlds;

var server = new Option<string>("--server") { Description = "The built Hongyan.Server.dll", Required = true };
var host = new Option<string>("--host") { Description = "The built Hongyan.LoadHost.dll", Required = true };
var json = new Option<bool>("--json") { Description = "One JSON object a line" };
var store = new Option<string>("--store")
{
    Description = "sqlite, postgres, or all",
    DefaultValueFactory = _ => "all",
};
store.AcceptOnlyFromAmong("sqlite", "postgres", "all");
var history = new Option<long>("--history") { Description = "Load so many messages first" };
history.Validators.Add(result =>
{
    if (result.GetValueOrDefault<long>() is < 0 or > 100_000_000)
    {
        result.AddError("--history takes a number from 0 to 100000000.");
    }
});
var small = new Option<bool>("--small")
{
    Description = "A few connections and a moment each: shows that everything works, measures nothing",
};
var scenarios = new Argument<string[]>("scenario")
{
    Description =
        $"Which to run: {string.Join(", ", Scenario.All.Select(scenario => scenario.Name))}; all when left out",
    Arity = ArgumentArity.ZeroOrMore,
};
scenarios.AcceptOnlyFromAmong([.. Scenario.All.Select(scenario => scenario.Name)]);
var bench = new Command("bench", "Measure a release server on a store of its own, beside the limits of this machine")
{
    server,
    host,
    json,
    store,
    history,
    small,
    scenarios,
};
bench.SetAction(
    (result, cancellationToken) =>
        new Bench(
            new BenchOptions
            {
                Programs = new Programs(result.GetValue(server)!, result.GetValue(host)!),
                Store = result.GetValue(store)!,
                Scenarios = result.GetValue(scenarios) ?? [],
                HistoryRows = result.GetValue(history),
                Sizing = result.GetValue(small) ? Sizing.Small : Sizing.Full,
            },
            new Report(result.GetValue(json), Console.Out)
        ).RunAsync(cancellationToken)
);
var numbers = new Argument<int[]>("numbers") { Arity = new ArgumentArity(4, 4) };
var bare = new Command(BareProcess.Command, "What the bench measures sends against") { numbers };
bare.Hidden = true;
bare.SetAction(result =>
{
    var options = result.GetValue(numbers)!;
    new BareServer(new BareOptions(options[0], options[1], options[2], options[3])).Run(Console.Out);
});
return await new RootCommand("Loads a Hongyan server, and checks that nothing is lost, doubled or out of order")
{
    bench,
    bare,
}
    .Parse(args)
    .InvokeAsync();
