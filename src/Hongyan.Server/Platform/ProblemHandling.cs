using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Hongyan.Server.Platform;

/// <summary>Turns exceptions and bare statuses into problems with a stable code.</summary>
internal sealed partial class ProblemHandling(ILogger<ProblemHandling> logger) : IExceptionHandler
{
    private const int ClientClosedRequest = 499;
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteReadOnly = 8;
    private const int SqliteIoError = 10;
    private const int SqliteFull = 13;
    private const int SqliteCannotOpen = 14;

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext,
        Exception exception,
        CancellationToken cancellationToken
    )
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = ClientClosedRequest;
            return true;
        }

        await ProblemOf(httpContext, exception).ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>Writes a problem for an error status that came without a body.</summary>
    public static Task WriteStatusAsync(StatusCodeContext context)
    {
        var status = context.HttpContext.Response.StatusCode;
        return Problems.OfStatus(status).ExecuteAsync(context.HttpContext);
    }

    private ProblemResult ProblemOf(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } when HasMalformedId(context):
                // A malformed id answers like one that does not exist.
                return Problems.Of(ErrorCode.NotFound);
            case BadHttpRequestException bad:
                return Problems.OfStatus(
                    bad.StatusCode,
                    (bad.InnerException as JsonException)?.Path is { } path ? $"At {path}" : null
                );
            case DbException or DbUpdateException or InvalidOperationException when IsStoreAway(exception):
                LogStoreAway(logger, exception);
                return Problems.Of(ErrorCode.StoreUnavailable);
            default:
                LogFailed(logger, exception, context.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.DisplayName);
                return Problems.Of(ErrorCode.Internal);
        }
    }

    private static bool HasMalformedId(HttpContext context)
    {
        // By now the endpoint and its values are taken off the context, and kept here.
        var failed = context.Features.Get<IExceptionHandlerFeature>();
        return failed
                ?.Endpoint?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
                .Any(parameter =>
                    failed.RouteValues?.TryGetValue(parameter.Name, out var value) == true
                    && IsMalformed(parameter.ParameterInfo.ParameterType, value as string)
                ) == true;
    }

    private static bool IsMalformed(Type type, string? text) =>
        type == typeof(UserId) ? !UserId.TryParse(text, CultureInfo.InvariantCulture, out _)
        : type == typeof(SessionId) ? !SessionId.TryParse(text, CultureInfo.InvariantCulture, out _)
        : type == typeof(ConversationId) ? !ConversationId.TryParse(text, CultureInfo.InvariantCulture, out _)
        : type == typeof(ContactRequestId) && !ContactRequestId.TryParse(text, CultureInfo.InvariantCulture, out _);

    private static bool IsStoreAway(Exception? exception) =>
        exception switch
        {
            SqliteException sqlite => sqlite.SqliteErrorCode
                is SqliteBusy
                    or SqliteLocked
                    or SqliteReadOnly
                    or SqliteIoError
                    or SqliteFull
                    or SqliteCannotOpen,
            PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => true,
            DbException database => database.IsTransient,
            // EF Core puts what is worth a retry into one that says so.
            DbUpdateException or InvalidOperationException => IsStoreAway(exception.InnerException),
            _ => false,
        };

    [LoggerMessage(LogLevel.Error, "{Endpoint} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string? endpoint);

    [LoggerMessage(LogLevel.Warning, "The store is not available")]
    private static partial void LogStoreAway(ILogger logger, Exception exception);
}
