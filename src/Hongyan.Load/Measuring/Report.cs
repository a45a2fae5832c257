using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hongyan.Load.Measuring;

/// <summary>Prints results: a table for people, or one JSON object a line.</summary>
internal sealed class Report(bool isJson, TextWriter output)
{
    /// <summary>Others may use this share of the machine before figures are called noisy.</summary>
    private const double QuietShare = 0.05;

    private const string Row = "{0,-22} {1,-9} {2,13} {3,-14} {4,13} {5,7}  {6,-28} {7}";
    private bool _hasHead;

    public static bool IsNoisy(Result result) => result.OthersCpu > QuietShare;

    public void Print(Result result)
    {
        if (isJson)
        {
            output.WriteLine(Json(result));
        }
        else
        {
            PrintRow(result);
        }

        output.Flush();
    }

    public static string Json(Result result)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("scenario", result.Scenario);
            writer.WriteString("store", result.Store);
            Write(writer, "value", result.Value);
            writer.WriteString("unit", result.Unit);
            Write(writer, "limit", result.Limit);
            writer.WriteString("limit_name", result.LimitName);
            Write(writer, "ratio", result.Ratio);
            Write(writer, "ack_p50_ms", result.AckP50Ms);
            Write(writer, "ack_p99_ms", result.AckP99Ms);
            Write(writer, "server_cpu_us", result.ServerCpuUs);
            writer.WriteNumber("lost", result.Lost);
            writer.WriteNumber("doubled", result.Doubled);
            writer.WriteNumber("reordered", result.Reordered);
            writer.WriteNumber("history_rows", result.HistoryRows);
            Write(writer, "client_cpu_us", result.ClientCpuUs);
            Write(writer, "others_cpu", result.OthersCpu);
            writer.WriteBoolean("noisy", IsNoisy(result));
            if (result.Target is { } target)
            {
                writer.WriteBoolean("target_met", target.IsMetBy(result));
            }

            foreach (var (name, value) in result.Extra)
            {
                Write(writer, name, value);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            writer.WriteNumber(name, Math.Round(number, 3));
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private void PrintRow(Result result)
    {
        if (!_hasHead)
        {
            _hasHead = true;
            output.WriteLine(Row, "scenario", "store", "value", "unit", "limit", "ratio", "target", "");
        }

        output.WriteLine(
            Row,
            result.HistoryRows == 0 ? result.Scenario : $"{result.Scenario} +{Short(result.HistoryRows)} rows",
            result.Store,
            Number(result.Value),
            result.Unit,
            result.Limit is { } limit ? Number(limit) : "",
            result.Ratio is { } ratio ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "",
            Describe(result),
            result.Target is not { } target ? ""
                : target.IsMetBy(result) ? "met"
                : "NOT MET"
        );
        output.WriteLine($"    {Details(result)}");
        if (!result.IsCorrect)
        {
            output.WriteLine("    WRONG: messages were lost, doubled or out of order.");
        }

        if (IsNoisy(result))
        {
            output.WriteLine(
                $"    NOISY: other processes used {result.OthersCpu:P0} of the machine meanwhile; it can do better than this."
            );
        }
    }

    private static string Describe(Result result)
    {
        if (result.Target is not { } target)
        {
            return "";
        }

        var sign = result.IsLessBetter ? '≤' : '≥';
        var parts = new List<string>();
        if (target.Value is { } value)
        {
            parts.Add($"{sign} {Number(value)}");
        }

        if (target.Ratio is { } ratio)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"≥ {ratio * 100:0} % of limit"));
        }

        return string.Join(", ", parts);
    }

    private static string Details(Result result)
    {
        var parts = new List<string>();
        void Add(string name, double? value)
        {
            if (value is { } number && double.IsFinite(number))
            {
                parts.Add($"{name} {Number(number)}");
            }
        }

        if (result.LimitName is { } name)
        {
            parts.Add($"limit: {name.Replace('_', ' ')}");
        }

        Add("ack p50 ms", result.AckP50Ms);
        Add("p99 ms", result.AckP99Ms);
        Add("server CPU µs", result.ServerCpuUs);
        Add("client CPU µs", result.ClientCpuUs);
        foreach (var (extra, value) in result.Extra)
        {
            Add(extra.Replace('_', ' '), value);
        }

        parts.Add($"lost {result.Lost}, doubled {result.Doubled}, reordered {result.Reordered}");
        return string.Join("; ", parts);
    }

    private static string Number(double value) =>
        value.ToString(
            Math.Abs(value) switch
            {
                >= 1000 => "#,0",
                >= 10 => "0.0",
                _ => "0.00",
            },
            CultureInfo.InvariantCulture
        );

    private static string Short(long rows) =>
        rows >= 1_000_000 ? $"{rows / 1e6:0.#}M"
        : rows >= 1_000 ? $"{rows / 1e3:0.#}k"
        : $"{rows}";
}
