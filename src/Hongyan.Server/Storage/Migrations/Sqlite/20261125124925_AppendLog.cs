using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Hongyan.Server.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class AppendLog : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(name: "ix_messages_conversation_id_pts", table: "messages");

            migrationBuilder.CreateTable(
                name: "log_position",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    segment = table.Column<long>(type: "INTEGER", nullable: false),
                    offset = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_log_position", x => x.id);
                }
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "log_position");

            migrationBuilder.CreateIndex(
                name: "ix_messages_conversation_id_pts",
                table: "messages",
                columns: new[] { "conversation_id", "pts" },
                unique: true
            );
        }
    }
}
