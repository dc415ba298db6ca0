using System.Globalization;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>Readers and tasks in time and mount namespaces of their own.</summary>
public class OtherNamespaces(Subjects subjects) : LiveTest(subjects)
{
    private const int Later = 1_000_000;

    [Theory, MemberData(nameof(Sides))]
    public void Times_since_boot_are_the_readers(Side side)
    {
        Assert.SkipUnless(File.Exists("/proc/self/timens_offsets"), "no time namespaces");
        Actor here = StartActor(), there = StartActor("unshare", "--time", "--fork", "--kill-child", $"--boottime={Later}");
        long Seconds(string text, int field) => (long)double.Parse(text.Split(' ')[field], CultureInfo.InvariantCulture);
        bool IsLater(string path, int field, long expected, long near)
        {
            long difference = Seconds(there.Ask("cat", On(side)[path])[0], field) - Seconds(here.Ask("cat", On(side)[path])[0], field);
            Assert.True(Math.Abs(difference) < near || Math.Abs(difference - expected) < near, $"{path}: {difference}");
            return Math.Abs(difference - expected) < near;
        }

        bool expected = Fidelity.Expect("time-namespaces", side, true, false);
        Assert.Equal(expected, IsLater("uptime", 0, Later, 10_000));
        Assert.Equal(expected, IsLater($"{here.Id}/stat", 21, Later * 100L, 1));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Links_of_a_task_lead_to_what_it_has_itself(Side side)
    {
        string folder = Scratch.MakeFolder("hidden");
        Actor actor = StartActor("unshare", "--mount", "sh", "-c", "mount -t tmpfs none \"$0\" && echo inside >\"$0/text\" && cd \"$0\" && exec \"$@\" 7<text", folder);
        File.WriteAllText(Path.Combine(folder, "text"), "outside\n");
        string process = On(side)[$"{actor.Id}"];
        string expected = Fidelity.Expect("other-mount-namespaces", side, "inside\n", "outside\n");
        foreach (string path in new[] { "cwd/text", $"root{folder}/text", "fd/7" })
        {
            Assert.Equal((path, (0, expected)), (path, Native.Cat($"{process}/{path}")));
        }

        // What they say is the same.
        foreach (string name in new[] { "cwd", "root", "fd/7" })
        {
            Native.ReadLink($"/proc/{actor.Id}/{name}", out string kernels);
            Native.ReadLink($"{process}/{name}", out string text);
            Assert.Equal((name, kernels), (name, text));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void What_is_mounted_inside_proc_is_there(Side side)
    {
        string[] run = side == Side.Kernel ? [] : [Product.Binary, "run", "--"];
        Command result = Command.Run(
            ["unshare", "--mount", "sh", "-c", "mount -t tmpfs none /proc/fs && echo mounted >/proc/fs/text && exec \"$@\"", "sh", .. run, "cat", "/proc/fs/text"]);
        Assert.Equal(Fidelity.Expect("mounts-inside", side, (0, "mounted\n"), (1, "")), (result.ExitCode, result.Output));
    }
}
