using System.CommandLine;
using Hongyan.Load;
using Hongyan.Load.Scenarios;

var server = new Option<string>("--server") { Description = "The built Hongyan.Server.dll", Required = true };
var json = new Option<bool>("--json") { Description = "One JSON object a line" };
var store = new Option<string>("--store")
{
    Description = "sqlite, postgres, or all",
    DefaultValueFactory = _ => "all",
};
store.AcceptOnlyFromAmong("sqlite", "postgres", "all");
var scenarios = new Argument<string[]>("scenario")
{
    Description =
        $"Which to run: {string.Join(", ", Scenario.All.Select(scenario => scenario.Name))}; all when left out",
    Arity = ArgumentArity.ZeroOrMore,
};
scenarios.AcceptOnlyFromAmong([.. Scenario.All.Select(scenario => scenario.Name)]);
var seconds = new Option<int>("--seconds")
{
    Description = "How long each measurement lasts",
    DefaultValueFactory = _ => 8,
};
var runs = new Option<int>("--runs")
{
    Description = "How often each is measured; medians are printed",
    DefaultValueFactory = _ => 3,
};
var bench = new Command("bench", "Measure a release server on a fresh store of each kind, on this machine")
{
    server,
    json,
    store,
    seconds,
    runs,
    scenarios,
};
bench.SetAction(
    (result, cancellationToken) =>
        new Bench(
            result.GetValue(server)!,
            new BenchOptions(
                result.GetValue(json),
                result.GetValue(store)!,
                result.GetValue(scenarios) ?? [],
                TimeSpan.FromSeconds(result.GetValue(seconds)),
                result.GetValue(runs)
            )
        ).RunAsync(cancellationToken)
);
return await new RootCommand("Loads a Hongyan server, and checks that nothing is lost, doubled or out of order")
{
    bench,
}
    .Parse(args)
    .InvokeAsync();
