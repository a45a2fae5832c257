using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hongyan.Server.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class AppendLog : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(name: "ix_messages_conversation_id_pts", table: "messages");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_messages_conversation_id_pts",
                table: "messages",
                columns: new[] { "conversation_id", "pts" },
                unique: true
            );
        }
    }
}
