using System.Text.RegularExpressions;
using Xunit;

namespace Bobbin.Tests.Architecture;

/// <summary>The table of rooms in docs/architecture.md is what the compiled code does.</summary>
public class RoomTests
{
    private static readonly Dictionary<string, Dictionary<string, string?>> s_table = ReadTable();
    private static readonly (string From, string To, string Type)[] s_edges = ReadEdges();

    [Fact]
    public void Every_room_has_a_row()
    {
        string[] missing = [.. s_edges.SelectMany(edge => new[] { edge.From, edge.To }).Distinct().Where(room => !s_table.ContainsKey(room)).Order()];
        Assert.Empty(missing);
    }

    [Fact]
    public void A_room_uses_only_what_its_row_allows()
    {
        string[] forbidden =
        [
            .. s_edges.Where(edge => s_table.TryGetValue(edge.From, out var row)
                    && !(row.TryGetValue(edge.To, out string? only) && (only is null || edge.Type.EndsWith('.' + only, StringComparison.Ordinal))))
                .Select(edge => $"{edge.From} uses {edge.Type}").Order(),
        ];
        Assert.Empty(forbidden);
    }

    [Fact]
    public void What_a_row_allows_is_used()
    {
        HashSet<string> written = [.. s_edges.SelectMany(edge => new[] { edge.From, edge.To })];
        string[] unused =
        [
            .. s_table.SelectMany(row => row.Value.Keys.Select(to => (From: row.Key, To: to)))
                .Where(edge => written.Contains(edge.From) && written.Contains(edge.To))
                .Where(edge => !s_edges.Any(used => used.From == edge.From && used.To == edge.To))
                .Select(edge => $"{edge.From} may use {edge.To}").Order(),
        ];
        Assert.Empty(unused);
    }

    private static Dictionary<string, Dictionary<string, string?>> ReadTable()
    {
        Dictionary<string, Dictionary<string, string?>> table = [];
        foreach (string line in Repository.Read("docs/architecture.md").Split('\n'))
        {
            string[] cells = line.Split('|');
            if (cells.Length != 5 || cells[1].Trim() is "room" or "---")
            {
                continue;
            }

            table[cells[1].Trim()] = Regex.Matches(cells[3], @"(\w+)(?: \((\w+)\))?")
                .ToDictionary(cell => cell.Groups[1].Value, cell => cell.Groups[2].Success ? cell.Groups[2].Value : null);
        }

        Assert.NotEmpty(table);
        return table;
    }

    private static (string From, string To, string Type)[] ReadEdges()
    {
        string[] assemblies = ["Bobbin.Kernel.dll", "Bobbin.dll"];
        return
        [
            .. assemblies.SelectMany(name => RoomReferences.Read(Path.Combine(AppContext.BaseDirectory, name)))
                .Select(pair => (From: Room(pair.From + ".x"), To: Room(pair.Type), pair.Type))
                .Where(edge => edge.From is not null && edge.To is not null && edge.From != edge.To)
                .Select(edge => (edge.From!, edge.To!, edge.Type)).Distinct(),
        ];
    }

    /// <summary>The room of a type: the part of its namespace after the project's; null for others' types.</summary>
    private static string? Room(string type)
    {
        Match match = Regex.Match(type, @"^Bobbin\.(?:Kernel\.)?(\w+)\.");
        return match.Success && match.Groups[1].Value != "Kernel" ? match.Groups[1].Value : null;
    }
}
