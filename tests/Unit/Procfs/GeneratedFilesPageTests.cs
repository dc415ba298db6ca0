using System.Text.RegularExpressions;
using Bobbin.Procfs;
using Bobbin.Table;
using Bobbin.Tests.Architecture;
using Xunit;

namespace Bobbin.Tests.Procfs;

/// <summary>docs/generated-files.md names the entries that there are, in their order.</summary>
public sealed class GeneratedFilesPageTests
{
    private static readonly string[] s_sections = Repository.Read("docs/generated-files.md").Split("\n## ");

    [Fact]
    public void Of_a_task()
    {
        // Both kinds of directory together are the table, whose numbers are its order.
        IEnumerable<TaskEntry> entries = TaskEntries.Of(thread: false).ToArray().Union(TaskEntries.Of(thread: true).ToArray());
        Assert.Equal(entries.OrderBy(entry => entry.Number).Select(entry => System.Text.Encoding.ASCII.GetString(entry.Name)), Rows(s_sections[1]));
    }

    [Fact]
    public void Of_the_machine()
    {
        Proc proc = new(new TaskTable(TableClock.StoppedAt(0)));
        string[] entries = [.. proc.Names("/").Skip(2).TakeWhile(name => name != "self")];
        Assert.Equal(entries.Order(StringComparer.Ordinal), Rows(s_sections[2]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_row_is_of_one_kind() =>
        Assert.All(Regex.Matches(string.Concat(s_sections[1..]), @"^\| `\w+` \| (.*?) \|", RegexOptions.Multiline), row =>
            Assert.True(row.Groups[1].Value is "whole" or "partly" or "empty", row.Value));

    private static IEnumerable<string> Rows(string section) =>
        Regex.Matches(section, @"^\| `(\w+)` \|", RegexOptions.Multiline).Select(row => row.Groups[1].Value);
}
