using Hongyan.Contracts.Accounts;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Storage.Model;

namespace Hongyan.Server.Accounts;

/// <summary>Accounts as their owners see them.</summary>
internal static class AccountMapping
{
    public static Me ToMe(this Account account) =>
        new()
        {
            Id = new UserId(account.Id),
            Handle = account.UserName!,
            Name = account.Name,
            Avatar = account.Avatar,
            Region = account.Region,
            Signature = account.Signature,
        };
}
