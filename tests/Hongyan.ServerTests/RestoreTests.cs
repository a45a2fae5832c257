using Hongyan.Client;
using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Messages;
using Hongyan.ServerTests.Infrastructure;
using Microsoft.Data.Sqlite;
using static Hongyan.ServerTests.Infrastructure.Extensions;

namespace Hongyan.ServerTests;

public sealed class RestoreTests(Servers servers)
{
    [Fact]
    public async Task Start_OnADatabaseWithoutTheWriteAheadLog_AsCopiesOfItAre_Serves()
    {
        var folder = servers.NewFolder();
        var settings = await servers.NewStoreAsync(Store.Sqlite);
        string handle;
        await using (var before = await TestServer.StartAsync(folder, settings))
        {
            var ann = (await servers.PeopleAsync(before, 1))[0];
            handle = ann.Handle;
            await ann.SendAsync((await ann.Api.OpenNotesAsync(Token)).Id, "kept");
        }

        SqliteConnection.ClearAllPools();
        await SetJournalModeAsync(Path.Combine(folder, "hongyan.db"), "delete");

        await using var after = await TestServer.StartAsync(folder, settings);
        using var api = new HongyanApi(after.Address);
        var device = new Device("restored", DeviceKind.Bot);
        await api.SignInAsync(new SignInRequest(handle, Load.Person.Password, device), Token);
        var history = await api.HistoryAsync((await api.OpenNotesAsync(Token)).Id, cancellationToken: Token);
        Assert.Equal(new TextBody("kept"), Assert.Single(history.Messages).Body);
    }

    private static async Task SetJournalModeAsync(string file, string mode)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync(Token);
        await using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA journal_mode = {mode}";
        Assert.Equal(mode, await command.ExecuteScalarAsync(Token));
    }
}
