using System.Text.RegularExpressions;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Tools;

/// <summary>Real programs on the kernel's /proc and, by <c>bobbin run</c>, on Bobbin's.</summary>
public abstract class ToolRun(Subjects subjects) : LiveTest(subjects, seconds: 200)
{
    /// <summary>Runs a program on a side; it must succeed and complain of nothing.</summary>
    internal static string Run(Side side, params string[] command)
    {
        Command result = Try(side, command);
        Assert.Equal((string.Join(' ', command), 0, ""), (string.Join(' ', command), result.ExitCode, result.Errors));
        return result.Output;
    }

    internal static Command Try(Side side, params string[] command)
    {
        Assert.SkipUnless(File.Exists(command[0]) || Paths.Any(folder => File.Exists(Path.Combine(folder, command[0]))), $"{command[0]} is not installed");
        return Command.Run(side == Side.Kernel ? command : [Product.Binary, "run", "--", .. command], 100);
    }

    private static IEnumerable<string> Paths => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');

    /// <summary>The lines in which one of the words stands by itself, blanks made one.</summary>
    internal static string[] LinesWith(string output, params int[] ids) =>
    [
        .. output.Split('\n').Select(line => Regex.Replace(line, @"\s+", " ").Trim())
            .Where(line => ids.Any(id => Regex.IsMatch(line, $@"(?<![\w.]){id}(?![\w.])"))),
    ];

    /// <summary>A group of processes to be seen: an actor, a child of it, a zombie, and a second thread.</summary>
    internal Family StartFamily()
    {
        Actor actor = StartActor();
        return new Family(actor, actor.Check("fork"), actor.Check("zombie"), actor.Check("thread", "worker"));
    }

    internal sealed record Family(Actor Actor, int Child, int Zombie, int Thread)
    {
        public int[] Processes { get; } = [Actor.Id, Child, Zombie];
    }
}
