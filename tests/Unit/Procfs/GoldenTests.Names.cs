using Bobbin.Table;
using Xunit;

namespace Bobbin.Tests.Procfs;

// Texts that a task gives itself: its name and its command line.
public sealed partial class GoldenTests
{
    [Theory]
    [InlineData(") (")]
    [InlineData("a\nb")]
    [InlineData("\u00ff\u00fe")]
    [InlineData("")]
    [InlineData("fifteen-bytes-x")]
    [InlineData("back\\slash")]
    [InlineData("\t%s {}")]
    public void Names_are_raw_but_in_status(string name)
    {
        Proc proc = Make();
        proc.Table.Find(2)!.Name = Bytes(name);
        Assert.Equal(name + "\n", proc.Read("/2/comm"));
        Assert.StartsWith("2 (" + name + ") S 1 ", proc.Read("/2/stat"), StringComparison.Ordinal);
        string shown = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        Assert.StartsWith("Name:\t" + shown + "\nUmask:", proc.Read("/2/status"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("title\0rest", "ENV=1\0", "title\0")]                    // a short title ends at its NUL
    [InlineData("a-long-title-over", "-the-environ\0X=1\0", "a-long-title-over-the-environ\0")] // and a long one runs on
    [InlineData("no-end-at-all", "", "no-end-at-all")]
    [InlineData("plain\0args\0", "ENV=1\0", "plain\0args\0")]
    [InlineData("", "ENV=1\0", "")]
    public void Cmdline_of_a_program_that_wrote_over_its_arguments(string arguments, string environment, string expected)
    {
        Proc proc = Make();
        proc.Table.Find(2)!.Exec(new TableProgram { Path = Bytes("/x"), Arguments = Bytes(arguments), Environment = Bytes(environment) });
        Assert.Equal(expected, proc.Read("/2/cmdline"));
    }

    [Fact]
    public void A_title_is_a_page_at_most()
    {
        Proc proc = Make();
        proc.Table.Find(2)!.Exec(new TableProgram { Path = Bytes("/x"), Arguments = Bytes(new string('a', 3000)), Environment = Bytes(new string('b', 3000)) });
        Assert.Equal(new string('a', 3000) + new string('b', 1096), proc.Read("/2/cmdline"));
        proc.Table.Find(2)!.Exec(new TableProgram { Path = Bytes("/x"), Arguments = Bytes(new string('a', 300_000) + "\0") });
        Assert.Equal(300_001, proc.Read("/2/cmdline").Length);
    }
}
