using System.Text;
using Bobbin.Cli.Listing;
using Bobbin.Cli.Top;
using Bobbin.Cli.Tui;
using Bobbin.Snapshots;
using Xunit;

namespace Bobbin.Tests.Cli;

/// <summary>The small parts of <c>bobbin top</c>.</summary>
public sealed class TopPartsTests
{
    [Fact]
    public void The_pace_gives_way_where_a_frame_costs_too_much()
    {
        RefreshBudget budget = new(wanted: 1, share: 0.03);
        budget.Add(TimeSpan.FromSeconds(9)); // the first ones do not count
        budget.Add(TimeSpan.FromSeconds(9));
        budget.Add(TimeSpan.FromMilliseconds(20));
        Assert.Equal((1, false, 0.02), (budget.Interval, budget.IsSlowed, budget.Share));
        for (int i = 0; i < 50; i++)
        {
            budget.Add(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal((3.5, true), (budget.Interval, budget.IsSlowed)); // 100 ms in 3.33 s, in steps of a half
        for (int i = 0; i < 50; i++)
        {
            budget.Add(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal((1, false), (budget.Interval, budget.IsSlowed));
        budget.Set(0.2, double.PositiveInfinity);
        budget.Add(TimeSpan.FromSeconds(5));
        Assert.Equal(0.2, budget.Interval);
    }

    [Fact]
    public void Tasks_that_came_and_went_are_counted_by_name()
    {
        using ShortLived shortLived = ShortLived.ForTests();
        shortLived.Begin();
        TimeSpan since = TimeSpan.FromSeconds(100);
        shortLived.Add(Exit(20_001, 10_050, "cc1"), since);
        shortLived.Add(Exit(20_002, 10_000, "cc1"), since);
        shortLived.Add(Exit(20_003, 10_010, "as"), since);
        shortLived.Add(Exit(20_004, 9_999, "old"), since); // lived before
        shortLived.Add(Exit(20_005, 10_020, "worker") with { ProcessId = 7 }, since);
        shortLived.Add(Exit(20_006, 10_020, "new") with { Kind = TaskEventKind.Fork }, since);
        shortLived.End(lost: 3);
        Assert.Equal((3, 1, 3), (shortLived.Processes, shortLived.Threads, shortLived.Lost));
        Assert.Equal([new("cc1", 2), new("as", 1)], shortLived.Names);
        shortLived.Begin();
        shortLived.End(lost: 3);
        Assert.Equal(0, shortLived.Processes);
        Assert.Empty(shortLived.Names);

        static TaskEvent Exit(int id, ulong start, string name) =>
            new(TaskEventKind.Exit, new TaskIdentity(id, start), id, 1, TimeSpan.FromSeconds(101), Encoding.UTF8.GetBytes(name), 0);
    }

    [Theory]
    [InlineData("TERM", 15, "SIGTERM"), InlineData("sigkill", 9, "SIGKILL"), InlineData("10", 10, "SIGUSR1"), InlineData("40", 40, "signal 40")]
    public void Signals_have_names(string text, int number, string name)
    {
        Assert.True(SignalNames.TryParse(text, out int signal));
        Assert.Equal((number, name), (signal, SignalNames.Of(signal)));
    }

    [Theory, InlineData(""), InlineData("0"), InlineData("65"), InlineData("SIG"), InlineData("NONE"), InlineData("-9")]
    public void Others_have_none(string text) => Assert.False(SignalNames.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0"), InlineData(999, "999"), InlineData(1000, "1.0K"), InlineData(1536, "1.5K"), InlineData(23UL << 20, "23M")]
    [InlineData(1023UL << 20, "1.0G"), InlineData(ulong.MaxValue, "16E")]
    public void Bytes_are_short(ulong bytes, string text)
    {
        CellBuffer cell = new(1);
        TopFields.Bytes(cell, bytes);
        cell.End();
        Assert.Equal(text, Encoding.ASCII.GetString(cell[0]));
    }

    [Fact]
    public void A_question_takes_text_until_it_is_answered()
    {
        List<string> said = [];
        Prompt prompt = new("? ") { Changed = text => said.Add($"changed {text}"), Answered = text => said.Add($"answered {text}"), Cancelled = () => said.Add("cancelled") };
        Assert.False(prompt.Take(Key.Of('a')));
        Assert.False(prompt.Take(new Key(KeyKind.Character) { Rune = new Rune(0x1F600) }));
        Assert.False(prompt.Take(new Key(KeyKind.Backspace)));
        Assert.False(prompt.Take(new Key(KeyKind.Up)));
        Assert.True(prompt.Take(new Key(KeyKind.Enter)));
        Assert.True(prompt.Take(new Key(KeyKind.Escape)));
        Assert.Equal(["changed a", "changed a\ud83d\ude00", "changed a", "answered a", "cancelled"], said);
    }

    [Fact]
    public void One_key_answers_where_one_is_asked_for()
    {
        string answer = "none";
        Prompt prompt = new("? ") { IsOneKey = true, Answered = text => answer = text };
        Assert.True(prompt.Take(Key.Of('y')));
        Assert.Equal("y", answer);
        Assert.True(prompt.Take(new Key(KeyKind.Enter)));
        Assert.Equal("", answer);
    }
}
