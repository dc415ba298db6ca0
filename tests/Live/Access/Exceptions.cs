using System.Text.RegularExpressions;
using Bobbin.Tests.Fixtures;

namespace Bobbin.Tests.Access;

/// <summary>One line of the matrix on which the two sides do not agree.</summary>
/// <param name="Place">Where.</param>
/// <param name="Caller">Who tried.</param>
/// <param name="Kind">Whose file, where it is a process's.</param>
/// <param name="Path">Which file.</param>
/// <param name="Operation">What was tried.</param>
/// <param name="Kernel">What came of it on the kernel's.</param>
/// <param name="Bobbin">What came of it on Bobbin's.</param>
internal sealed record Attempt(Place Place, string Caller, string Kind, string Path, string Operation, string Kernel, string Bobbin)
{
    public bool IsStricter => IsRefusal(Bobbin) && !IsRefusal(Kernel) && Kernel != "not tried";

    public bool IsWrite => Operation is "access-w" or "open-write" or "write";

    public bool IsRefused => IsRefusal(Bobbin);

    public bool IsFromUserNamespace => Caller is "own-namespaces" || Caller.EndsWith("user-namespace", StringComparison.Ordinal);

    public bool IsLaxer => Bobbin.StartsWith("ok", StringComparison.Ordinal) && IsRefusal(Kernel);

    /// <summary>The file, without ids: the same for every process.</summary>
    public string Entry => Regex.Replace(Regex.Replace(Path, @"^\d+(/task/\d+)?(?=/|$)", match => match.Value.Contains("task", StringComparison.Ordinal) ? "PID/task/TID" : "PID"),
        "map_files/.*", "map_files/*");

    public override string ToString() => $"{(IsLaxer ? "LAXER " : "")}{Entry} {Operation}: kernel {Shown(Kernel)}, Bobbin {Shown(Bobbin)}";

    private static bool IsRefusal(string result) => result.StartsWith('E');

    private string Shown(string result) => Operation == "readlink" ? result.Split('\t')[0] + " ..." : result.Replace('\t', ' ');
}

/// <summary>Differences of the matrix that rows of docs/fidelity.md explain.</summary>
internal static class Exceptions
{
    public static bool Allow(Attempt attempt) =>

        // The prober opens other descriptors on each side.
        Regex.IsMatch(attempt.Path, "^self/fd/") && attempt.Operation == "readlink" && !attempt.IsLaxer && !attempt.IsStricter

        // What is not tried follows from an attempt before that was refused.
        || (attempt.Operation is "read" or "list" or "write" or "kept" && attempt.Bobbin == "not tried")

        // Its own user namespace is another at each run.
        || (attempt.Path.EndsWith("self/ns/user", StringComparison.Ordinal) && attempt.Operation == "readlink" && !attempt.IsLaxer)
        || Row("namespace-capabilities", attempt.IsFromUserNamespace && IsRefusedFirst(attempt))
        || Row("user-ids-text", attempt.IsFromUserNamespace && attempt.Operation == "read" && Regex.IsMatch(attempt.Entry, "/(status|[a-z]+id_map)$") && !attempt.IsLaxer)
        || Row("own-files", attempt.Path == "fs" && attempt.Place.Options == "subset=pid")
        || Row("pid-namespace-settings", attempt.Place.Way == Place.InsidePidNamespace && attempt.IsStricter && attempt.IsWrite && Regex.IsMatch(attempt.Path, "^(sys|sysvipc)(/|$)"))
        || Row("pid-namespace-links", attempt.Place.Options == "pidns" && attempt.Bobbin == "ENOENT" && attempt.Operation == "follow" && Regex.IsMatch(attempt.Path, "/(fd|ns)/"))
        || Row("unmapped-owners", attempt.Place.Way == Place.InsideUsersRun && attempt.Bobbin == "EACCES" && attempt.IsWrite)
        || Row("own-timerslack", attempt.Place.Way is Place.InsideUsersRun or Place.UsersMount && attempt.Path == "self/timerslack_ns" && attempt.Bobbin == "EPERM" && attempt.IsStricter)
        || Row("landlock", attempt.Place.Way == Place.UsersMount && attempt.Caller == "confined-owner" && IsRefusedFirst(attempt))
        || Row("set-uid-access", attempt.IsStricter && attempt.Caller == "set-uid" && attempt.Operation.StartsWith("access", StringComparison.Ordinal))
        || Row("keys", attempt.IsStricter && attempt.Path is "keys" or "key-users" && attempt.IsStricter)
        || Row("server-itself", attempt.Kind == "the server" && (attempt.IsRefused || attempt.Bobbin == "not tried"))
        || Row("hidepid-lookup", attempt.Entry == "PID" && attempt.Bobbin == "ENOENT" && attempt.IsRefused && attempt.Kernel is "EPERM" or "EISDIR")
        || Row("hidepid-cached", attempt.Place.Options.StartsWith("hidepid=4", StringComparison.Ordinal) && attempt.Kernel == "EPERM" && attempt.Bobbin == "ENOENT")
        || Row("map-files", attempt.Entry.EndsWith("map_files/*", StringComparison.Ordinal) && attempt.Operation == "follow");

    /// <summary>Refused, where the kernel allows it or finds that there is nothing to be had; where a user serves, EACCES may stand for EPERM.</summary>
    private static bool IsRefusedFirst(Attempt attempt) =>
        attempt.IsStricter || attempt is { Bobbin: "EACCES", Kernel: "ESRCH" or "EINVAL" }
        || (attempt is { Bobbin: "EACCES", Kernel: "EPERM" } && attempt.Place.Way is Place.InsideUsersRun or Place.UsersMount && attempt.Operation == "read");

    private static bool Row(string name, bool applies) =>
        applies && (Fidelity.Rows.ContainsKey(name) ? true : throw new InvalidOperationException($"docs/fidelity.md has no row {name}"));
}
