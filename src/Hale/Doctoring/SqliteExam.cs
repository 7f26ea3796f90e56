using Microsoft.Data.Sqlite;

namespace Hale.Doctoring;

/// <summary>The database library that comes with Hale.</summary>
internal static class SqliteExam
{
    public static IEnumerable<Finding> Examine(Patient patient)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        yield return Finding.Ok("sqlite", $"version {connection.ServerVersion}, Hale's own");
    }
}
