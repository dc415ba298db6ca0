using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Access;

/// <summary>Somebody who tries everything that may be tried (prober.c).</summary>
internal static class Prober
{
    /// <summary>Owns the processes that are looked at: a user who owns nothing else, and has a name, which fusermount3 asks for.</summary>
    public const uint Owner = 2;

    /// <summary>Owns nothing.</summary>
    public const uint Stranger = 1236;

    /// <summary>Of the option <c>gid</c>.</summary>
    public const uint Group = 4321;

    public static readonly TheoryData<string> Callers = ["root", "owner", "stranger", "group", "set-uid", "user-namespace", "roots-user-namespace", "confined-root", "confined-owner"];

    /// <summary>Words before a command that make it the owner's.</summary>
    public static IReadOnlyList<string> AsOwner { get; } = ["setpriv", "--regid=" + Owner, "--reuid=" + Owner, "--clear-groups"];

    /// <summary>The results of the attempts, by path and operation.</summary>
    /// <param name="place">Where.</param>
    /// <param name="root">On which side.</param>
    /// <param name="caller">By whom.</param>
    /// <param name="paths">Of what.</param>
    /// <param name="modes">What else to try: <c>modify</c>, <c>write</c>.</param>
    public static Dictionary<string, string> Run(Place place, string root, string caller, IEnumerable<string> paths, params string[] modes)
    {
        string program = Scratch.Compile("prober.c");
        program = caller == "set-uid" ? Programs.SetUid(program, 0) : program;
        Command result = Command.Run([.. place.Prefix, .. WordsOf(caller), program, root, .. modes], 120, input: string.Join('\n', paths) + "\n");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Dictionary<string, string> lines = [];
        foreach (string line in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] cells = line.Split('\t', 3);
            lines[$"{cells[0]}\t{cells[1]}"] = cells.Length > 2 ? cells[2] : "";
        }

        return lines;
    }

    private static string[] WordsOf(string caller)
    {
        string[] stranger = ["setpriv", "--regid=" + Stranger, "--reuid=" + Stranger, "--clear-groups"];
        return caller switch
        {
            "root" or "inside" => [],
            "owner" or "set-uid" => [.. AsOwner],
            "stranger" => stranger,
            "confined-root" => [Scratch.Compile("confine.c"), "d"],
            "confined-owner" => [.. AsOwner, Scratch.Compile("confine.c"), "nd"],
            "group" => [.. stranger[..3], "--groups=" + Group],
            "user-namespace" => [.. AsOwner, "unshare", "--user", "--map-root-user"],
            "own-namespaces" => [.. AsOwner, "unshare", "--user", "--map-root-user", "--net", "--uts", "--ipc"],
            "roots-user-namespace" or "nested-user-namespace" => ["unshare", "--user", "--map-root-user"],
            _ => throw new ArgumentOutOfRangeException(nameof(caller)),
        };
    }
}
