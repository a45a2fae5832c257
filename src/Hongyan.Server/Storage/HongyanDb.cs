using Hongyan.Server.Storage.Model;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Hongyan.Server.Storage;

/// <summary>
/// The one database. Conversations, members and messages are written only by the message log; the rest is written
/// through <see cref="WriteAsync{T}"/>.
/// </summary>
internal abstract class HongyanDb(DbContextOptions options, WriteGate gate)
    : IdentityUserContext<Account, long>(options),
        IDataProtectionKeyContext
{
    public DbSet<AvatarRow> Avatars => Set<AvatarRow>();
    public DbSet<SessionRow> Sessions => Set<SessionRow>();
    public DbSet<ContactRow> Contacts => Set<ContactRow>();
    public DbSet<ContactRequestRow> ContactRequests => Set<ContactRequestRow>();
    public DbSet<ConversationRow> Conversations => Set<ConversationRow>();
    public DbSet<MemberRow> Members => Set<MemberRow>();
    public DbSet<MessageRow> Messages => Set<MessageRow>();
    public DbSet<SlotRow> Slots => Set<SlotRow>();
    public DbSet<UserCursorRow> UserCursors => Set<UserCursorRow>();
    public DbSet<PersonalRow> PersonalLog => Set<PersonalRow>();
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <summary>Runs a write in one transaction, saves what it changed, and commits.</summary>
    public async Task<T> WriteAsync<T>(Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        using var pass = await gate.EnterAsync(cancellationToken);
        await using var transaction = await Database.BeginTransactionAsync(cancellationToken);
        var result = await write(cancellationToken);
        await SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Func<CancellationToken, Task> write, CancellationToken cancellationToken) =>
        WriteAsync(
            async token =>
            {
                await write(token);
                return true;
            },
            cancellationToken
        );

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<Account>(entity =>
        {
            entity.ToTable("accounts");
            entity.Property(account => account.Id).ValueGeneratedNever();
        });
        builder.Entity<AvatarRow>(entity =>
        {
            entity.ToTable("avatars").HasKey(avatar => avatar.UserId);
            entity.Property(avatar => avatar.UserId).ValueGeneratedNever();
            entity.HasOne<Account>().WithOne().HasForeignKey<AvatarRow>(avatar => avatar.UserId);
        });
        builder.Entity<SessionRow>(entity =>
        {
            entity.ToTable("sessions").HasKey(session => session.Id);
            entity.Property(session => session.Id).ValueGeneratedNever();
            entity.HasOne<Account>().WithMany().HasForeignKey(session => session.UserId);
        });
        builder.Entity<ContactRow>(entity =>
        {
            entity.ToTable("contacts").HasKey(contact => new { contact.OwnerId, contact.OtherId });
            entity.HasOne<Account>().WithMany().HasForeignKey(contact => contact.OwnerId);
            entity.HasOne<Account>().WithMany().HasForeignKey(contact => contact.OtherId);
        });
        builder.Entity<ContactRequestRow>(entity =>
        {
            entity.ToTable("contact_requests").HasKey(request => request.Id);
            entity.Property(request => request.Id).ValueGeneratedNever();
            entity.HasIndex(request => new { request.FromId, request.ToId }).IsUnique().HasFilter("state = 0");
            entity.HasIndex(request => request.FromId);
            entity.HasIndex(request => request.ToId);
            entity.HasOne<Account>().WithMany().HasForeignKey(request => request.FromId);
            entity.HasOne<Account>().WithMany().HasForeignKey(request => request.ToId);
        });
        builder.Entity<ConversationRow>(entity =>
        {
            entity.ToTable("conversations").HasKey(conversation => conversation.Id);
            entity.Property(conversation => conversation.Id).ValueGeneratedNever();
            entity.HasIndex(conversation => conversation.UniqueKey).IsUnique();
        });
        builder.Entity<MemberRow>(entity =>
        {
            entity.ToTable("members").HasKey(member => new { member.ConversationId, member.UserId });
            entity.HasIndex(member => member.UserId);
        });
        builder.Entity<MessageRow>(entity =>
        {
            entity.ToTable("messages").HasKey(message => new { message.ConversationId, message.Seq });
            entity.HasIndex(message => new { message.ClientId, message.SenderId }).IsUnique();
        });
        builder.Entity<SlotRow>(entity =>
        {
            entity.ToTable("slots").HasKey(slot => slot.Slot);
            entity.Property(slot => slot.Slot).ValueGeneratedNever();
        });
        builder.Entity<UserCursorRow>(entity =>
        {
            entity.ToTable("user_cursors").HasKey(cursor => cursor.UserId);
            entity.Property(cursor => cursor.UserId).ValueGeneratedNever();
        });
        builder.Entity<PersonalRow>(entity =>
        {
            entity
                .ToTable("personal_log")
                .HasKey(row => new
                {
                    row.UserId,
                    row.Kind,
                    row.Key,
                });
            entity.HasIndex(row => new { row.UserId, row.Pts }).IsUnique();
        });
        builder.Entity<DataProtectionKey>().ToTable("data_protection_keys");
        SnakeCase.Apply(builder.Model);
    }

    /// <summary>A client id as 16 bytes whose order is the order of time, as SQLite stores it.</summary>
    public static byte[] ToOrderedBytes(Guid clientId) => clientId.ToByteArray(bigEndian: true);
}
