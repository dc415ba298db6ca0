namespace Bobbin.Tests.Access;

/// <summary>Where somebody stands who looks at both sides, and what the two are called there.</summary>
/// <param name="Kernel">The kernel's procfs.</param>
/// <param name="Bobbin">Bobbin's.</param>
/// <param name="Options">The options of both.</param>
/// <param name="Prefix">Words before a command that bring it there.</param>
internal sealed record Place(string Kernel, string Bobbin, string Options = "", params string[] Prefix)
{
    /// <summary>Ways.</summary>
    public const string InsideRun = "inside root's run", InsideUsersRun = "inside a user's run", UsersMount = "a user's mount", InsidePidNamespace = "inside the pid namespace";

    /// <summary>How Bobbin's came about, where not by root's <c>bobbin mount</c>.</summary>
    public string Way { get; init; } = "";
}
