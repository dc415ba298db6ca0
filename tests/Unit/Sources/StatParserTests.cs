using System.Text;
using Bobbin.Snapshots;
using Bobbin.Sources;
using Bobbin.Tasks;
using CsCheck;
using Xunit;

namespace Bobbin.Tests.Sources;

/// <summary>/proc/PID/stat, whatever its name holds and wherever it is cut.</summary>
public sealed class StatParserTests
{
    private const string Fields =
        " S 4 5 6 7 -1 9 10 11 12 13 14 15 16 17 -2 -20 20 0 22 23 24 18446744073709551615 26 27 28 29 30 31 32 33 34 35 36 37 -1 39 40 6 42 43 44 45 46 47 48 49 50 51 52\n";

    [Fact]
    public void Every_field_is_taken()
    {
        byte[] text = Encoding.ASCII.GetBytes("1234 (name)" + Fields);
        Assert.True(StatParser.TryParse(text, out int id, out ReadOnlySpan<byte> name, out StatFields stat));
        Assert.Equal(1234, id);
        Assert.Equal("name", Encoding.ASCII.GetString(name));
        Assert.Equal(
            new StatFields
            {
                State = TaskState.Sleeping, ParentId = 4, ProcessGroupId = 5, SessionId = 6, Terminal = 7, ForegroundGroupId = -1,
                Flags = (ProcessFlags)9, MinorFaults = 10, ChildrenMinorFaults = 11, MajorFaults = 12, ChildrenMajorFaults = 13,
                UserTicks = 14, SystemTicks = 15, ChildrenUserTicks = 16, ChildrenSystemTicks = 17, Priority = -2, Nice = -20,
                ThreadCount = 20, StartTicks = 22, VirtualBytes = 23, ResidentPages = 24, ResidentLimit = ulong.MaxValue, ExitSignal = -1,
                Processor = 39, RealTimePriority = 40, Policy = SchedulingPolicy.SCHED_DEADLINE, BlockDelayTicks = 42, GuestTicks = 43,
                ChildrenGuestTicks = 44,
            },
            stat);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(") S 1 (")]
    [InlineData("a) R 0 0 (b")]
    [InlineData("((((")]
    [InlineData("))))")]
    [InlineData("line\nend")]
    [InlineData("fifteen bytes !")]
    public void A_name_may_hold_anything(string name)
    {
        Assert.True(StatParser.TryParse(Encoding.Latin1.GetBytes($"7 ({name}){Fields}"), out int id, out ReadOnlySpan<byte> found, out StatFields stat));
        Assert.Equal(7, id);
        Assert.Equal(name, Encoding.Latin1.GetString(found));
        Assert.Equal(44u, stat.ChildrenGuestTicks);
    }

    [Fact]
    public void Any_bytes_are_a_name() =>
        Gen.Byte.Array[0, 64].Sample(
            name =>
            {
                byte[] text = [.. "42 ("u8, .. name, .. ")"u8, .. Encoding.ASCII.GetBytes(Fields)];
                return StatParser.TryParse(text, out int id, out ReadOnlySpan<byte> found, out StatFields stat)
                    && id == 42 && found.SequenceEqual(name) && stat.StartTicks == 22;
            },
            iter: 2000, threads: 1);

    [Fact]
    public void A_text_that_is_cut_off_is_refused_or_whole()
    {
        byte[] text = Encoding.ASCII.GetBytes("1234 (name)" + Fields);
        for (int length = 0; length < text.Length; length++)
        {
            bool parsed = StatParser.TryParse(text.AsSpan(0, length), out _, out _, out StatFields stat);
            bool isWhole = text.AsSpan(0, length).IndexOf(" 44 "u8) >= 0;
            Assert.Equal((length, isWhole), (length, parsed));
            Assert.True(!parsed || stat.ChildrenGuestTicks == 44);
        }
    }

    [Fact]
    public void Any_bytes_at_all_are_refused_or_taken_but_never_more() =>
        Gen.Byte.Array[0, 400].Sample(bytes => { _ = StatParser.TryParse(bytes, out _, out _, out _); }, iter: 5000, threads: 1);
}
