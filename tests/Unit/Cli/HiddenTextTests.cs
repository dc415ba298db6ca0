using System.Text.Json;
using Bobbin.Cli.Hidden;
using Bobbin.Cli.Launch;
using Bobbin.Sources;
using Xunit;

namespace Bobbin.Tests.Cli;

public sealed class HiddenTextTests
{
    private const TaskViews All = TaskViews.Listing | TaskViews.Lookup | TaskViews.TaskFolder | TaskViews.Iterator | TaskViews.Existence;

    private static readonly HiddenTaskReport s_clean = new()
    {
        Hidden = [], Compared = All, ProcessCount = 12, ThreadCount = 1, HighestId = 32767,
    };

    [Fact]
    public void Nothing_hidden_is_one_line() => Assert.Equal(
        "Nothing is hidden. 12 processes are in every view, and 1 other thread in all but the listing, which shows processes. "
        + "Views: listing of /proc, lookup in /proc of ids that a view has, task/ folders, BPF task iterator, existence of ids 1 to 32767.\n",
        HiddenText.Write(s_clean, new(null, _ => null)));

    [Fact]
    public void What_could_not_be_compared_is_said_with_its_reason()
    {
        HiddenTaskReport report = s_clean with { WhyNotIterator = "no\nBTF", WhyNotExistence = "seccomp", IsExhaustive = true, WithheldThreads = 2 };
        Assert.EndsWith("lookup in /proc of ids 1 to 32767, task/ folders, no BPF task iterator (no\\nBTF), no existence (seccomp).\n"
            + "Not counted as hidden: 2 threads of process 1 that the BPF task iterator alone lacks; the kernel of some virtual machines keeps the first process from BPF.\n",
            HiddenText.Write(report, new(null, _ => null)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_of_what_is_hidden()
    {
        HiddenTask process = new()
        {
            Id = 70, ProcessId = 70, Has = TaskViews.Listing | TaskViews.Iterator | TaskViews.Existence, Lacks = TaskViews.Lookup | TaskViews.TaskFolder, IsCovered = true,
            Name = "a\e[1mÿ"u8.ToArray(), UserId = 0, ParentId = 7, Threads = [71, 72],
        };
        HiddenTask thread = new() { Id = 8000, Has = TaskViews.Existence, Lacks = TaskViews.Iterator };
        HiddenTaskReport report = s_clean with { Hidden = [process, thread] };
        Explainer why = new(null, id => id == 70 ? "tmpfs" : null);
        string[] lines = HiddenText.Write(report, why).Split('\n');
        Assert.Equal("ID    PROCESS  NAME       UID  PPID  THREADS  LISTING  LOOKUP  TASK  BPF  EXISTENCE  WHY", lines[0]);
        Assert.Equal("70    70       a\\x1b[1mÿ  0    7     3        yes      NO      NO    yes  yes        tmpfs is mounted over /proc/70", lines[1]);
        Assert.Equal("8000  ?        ?          ?    ?     -        -        -       -     NO   yes        unexplained", lines[2]);
        Assert.Equal("", lines[3]);
        Assert.StartsWith("Hidden: 1 process and 1 thread. 12 processes are in every view, and", lines[4], StringComparison.Ordinal);
        Assert.StartsWith("unexplained: no mount and no mount option does that.", lines[5], StringComparison.Ordinal);

        JsonElement row = JsonDocument.Parse(JsonSerializer.Serialize(HiddenDocument.Of(report, why), HiddenJson.Default.HiddenDocument)).RootElement.GetProperty("hidden")[0];
        Assert.Equal("a\e[1mÿ", row.GetProperty("name").GetString());
        Assert.False(row.TryGetProperty("nameBytes", out _));
        HiddenRow odd = HiddenRow.Of(process with { Name = new byte[] { 0x61, 0xff } }, "");
        Assert.Equal(("a\ufffd", "61ff"), (odd.Name, odd.NameBytes));
        Assert.Equal(["lookup", "task"], row.GetProperty("lacks").EnumerateArray().Select(view => view.GetString()!));
    }

    [Theory]
    [InlineData("proc", "rw", TaskViews.Listing, false, false, "unexplained")]
    [InlineData("proc", "rw,hidepid=invisible,gid=7", TaskViews.Listing, false, false, "hidepid=invisible")]
    [InlineData("proc", "rw,hidepid=invisible", TaskViews.Iterator, false, false, "unexplained")]
    [InlineData("proc", "rw,hidepid=invisible", TaskViews.Lookup, true, false, "something is mounted over /proc/5")]
    [InlineData("fuse.bobbin", "rw", TaskViews.Listing, false, false, "Bobbin's view")]
    [InlineData("fuse.bobbin", "rw", TaskViews.Listing, false, true, "another pid namespace")]
    public void Reasons(string type, string options, TaskViews lacks, bool isCovered, bool isOtherNamespace, string expected)
    {
        HiddenTask task = new() { Id = 5, ProcessId = 5, Has = TaskViews.Existence, Lacks = lacks, IsCovered = isCovered };
        HiddenTaskReport report = s_clean with { Hidden = [task], IsOtherNamespace = isOtherNamespace };
        Explainer why = new(new MountEntry("/proc", type, options), _ => null);
        Assert.Equal(expected, why.Reason(task, isOtherNamespace));
        Assert.Equal(isCovered ? 0 : 1, why.Sentences(report).Count());
    }

    [Fact]
    public void The_progress_says_how_far_how_fast_and_how_long() => Assert.Equal(
        "lookup  [############                  ]  40%  0.80 M ids/s, 3 s left",
        ProgressLine.Line(new IdScanProgress(TaskViews.Lookup, 1_600_000, 4_000_000), TimeSpan.FromSeconds(2)));
}
