using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Hongyan.ServerTests.Plans;

/// <summary>Asks the store, before each query of the server's, how it is going to answer it.</summary>
internal sealed class PlanCapture : DbCommandInterceptor
{
    private readonly List<(string Sql, string Plan)> _plans = [];

    /// <summary>The queries since the last time, each with its plan.</summary>
    public IReadOnlyList<(string Sql, string Plan)> Take()
    {
        (string, string)[] plans = [.. _plans];
        _plans.Clear();
        return plans;
    }

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default
    )
    {
        await using var explain = command.Connection!.CreateCommand();
        explain.CommandText =
            $"{(command is SqliteCommand ? "EXPLAIN QUERY PLAN" : "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF)")} {command.CommandText}";
        foreach (DbParameter parameter in command.Parameters)
        {
            explain.Parameters.Add(parameter is NpgsqlParameter known ? known.Clone() : Copy(parameter));
        }

        var lines = new List<string>();
        await using (var reader = await explain.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                lines.Add(reader.GetString(reader.FieldCount - 1));
            }
        }

        _plans.Add((command.CommandText, string.Join('\n', lines)));
        return result;
    }

    private static SqliteParameter Copy(DbParameter parameter) => new(parameter.ParameterName, parameter.Value);
}
