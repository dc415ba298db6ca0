using System.Text;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Bobbin.Cli.Launch;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Explaining;

/// <summary>What an id is, and why a listing of /proc has it or not. Also the shape of <c>explain --json</c>.</summary>
internal sealed record Explanation
{
    /// <summary>The id asked about.</summary>
    public required long Id { get; init; }

    /// <summary><c>thread</c>, <c>process</c>, <c>zombie-leader</c>, <c>zombie</c>, <c>kernel-thread</c>, <c>hidden</c> or <c>none</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The thread's name as it is, U+FFFD where it is not UTF-8; null where it cannot be read.</summary>
    public string? Name { get; init; }

    /// <summary>The name's bytes in hexadecimal, where it is not UTF-8.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NameBytes { get; init; }

    /// <summary>Id of its process.</summary>
    public int? Process { get; init; }

    /// <summary>Name of its process's leader, as <see cref="Name"/>.</summary>
    public string? ProcessName { get; init; }

    /// <summary>As <see cref="NameBytes"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ProcessNameBytes { get; init; }

    /// <summary>Whether <c>ls /proc</c> shows it.</summary>
    public required bool Listed { get; init; }

    /// <summary>Whether looking it up by name finds it.</summary>
    public required bool Found { get; init; }

    /// <summary>Paths that reach it.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Its ids from this pid namespace inward; more than one for a task in a nested namespace.</summary>
    public IReadOnlyList<int> NamespaceIds { get; init; } = [];

    /// <summary>The story, a sentence each, fit to be printed.</summary>
    [JsonPropertyName("why")]
    public required IReadOnlyList<string> Sentences { get; init; }

    /// <summary>Explains an id as this process sees it.</summary>
    public static Explanation Of(long id)
    {
        long highest = TaskFiles.ReadNumber("/proc/sys/kernel/pid_max") is > 0 and long max ? max - 1 : Procfs.ProcNode.TaskIdLimit - 1;
        if (id < 1 || id >= Procfs.ProcNode.TaskIdLimit)
        {
            return None(id, $"no task can have the id {id}: ids run from 1 to {highest} here (kernel.pid_max is {highest + 1}).");
        }

        TaskFiles? files = TaskFiles.Read((int)id, out Errno error);
        return files is not null ? Of((int)id, files)
            : Exists((int)id) ? Hidden((int)id, error)
            : None(id, id > highest
                ? $"no task has the id {id}, and none gets it: ids run from 1 to {highest} here (kernel.pid_max is {highest + 1})."
                : $"no task has the id {id} in this pid namespace: none had it yet, or its task has ended and was reaped. Ids run from 1 to {highest}.");
    }

    private static Explanation Of(int id, TaskFiles files)
    {
        bool leader = files.GroupId == id;
        bool listed = TaskFiles.IsListed(id);
        TaskFiles? group = leader ? files : TaskFiles.Read(files.GroupId, out _);
        string process = group is null ? "?" : group.Name;
        List<string> why = [];
        string kind;
        if (!leader)
        {
            kind = "thread";
            why.Add($"{id} is the thread \"{files.Name}\" of process {files.GroupId} \"{process}\", not its leader.");
            why.Add(listed
                ? "this /proc lists every thread, so it is in the listing; the kernel's lists thread groups and omits it."
                : $"a listing of /proc walks thread groups and shows each by its leader, here {files.GroupId}; so it omits {id}.");
            why.Add($"lookup by id resolves any task, so the name {id} is found all the same.");
        }
        else if (files.State is 'Z' or 'X')
        {
            int living = TaskFiles.CountLiving(id);
            kind = living > 0 ? "zombie-leader" : "zombie";
            why.Add(living > 0
                ? $"{id} is process \"{files.Name}\", whose leader has ended while {living} of its threads live on: a zombie leader."
                : $"{id} is process \"{files.Name}\", which has ended; it is a zombie until its parent {files.ParentId} reaps it.");
            why.Add(living > 0
                ? $"a listing shows thread groups by their leader, dead or not, until the last thread is gone. Files of /proc/{id} that need its memory are empty; /proc/{id}/task/TID of a living thread has them."
                : "a listing shows it until then.");
        }
        else
        {
            kind = files.IsKernelThread ? "kernel-thread" : "process";
            string command = TaskFiles.ReadCommandLine(id);
            why.Add(files.IsKernelThread
                ? $"{id} is the kernel thread \"{files.Name}\": it has no program, no memory and no command line of its own."
                : $"{id} is process \"{files.Name}\"{(files.Threads > 1 ? $" with {files.Threads} threads, and the id of its leader" : "")}{(command.Length > 0 ? $": {command}" : ".")}");
            why.Add($"it leads its thread group, so a listing of /proc shows it{(files.Threads > 1 ? $"; its other {files.Threads - 1} threads it omits" : "")}.");
        }

        IReadOnlyList<int> nested = files.NestedIds;
        if (nested.Count > 1)
        {
            why.Add($"it lives in a nested pid namespace: its ids are {string.Join(", ", nested)}, from this namespace inward.");
        }

        if (leader && !listed)
        {
            why.Add("yet this listing does not have it: what is mounted on /proc hides it (hidepid), or it ended meanwhile.");
        }

        return new()
        {
            Id = id,
            Kind = kind,
            Name = Encoding.UTF8.GetString(files.ExactName),
            NameBytes = BytesOf(files),
            Process = files.GroupId,
            ProcessName = group is null ? null : Encoding.UTF8.GetString(group.ExactName),
            ProcessNameBytes = group is null ? null : BytesOf(group),
            Listed = listed,
            Found = true,
            Paths = [$"/proc/{id}", $"/proc/{files.GroupId}/task/{id}"],
            NamespaceIds = nested,
            Sentences = why,
        };
    }

    private static string? BytesOf(TaskFiles files) =>
        Utf8.IsValid(files.ExactName) ? null : Convert.ToHexStringLower(files.ExactName);

    // Signal 0 finds tasks that a mount of /proc hides.
    private static bool Exists(int id) => Libc.Signal(id, 0) is Errno.None or Errno.EPERM;

    private static Explanation Hidden(int id, Errno error)
    {
        string mode = HidePidOption();
        return new()
        {
            Id = id,
            Kind = "hidden",
            Listed = TaskFiles.IsListed(id),
            Found = error != Errno.ENOENT,
            Sentences =
            [
                $"a task has the id {id} (a signal would reach it or be refused), but /proc does not let this user see it: {error.Describe()}.",
                !File.Exists("/proc/self/stat") ? "no procfs is mounted on /proc: as root, mount -t proc proc /proc."
                : mode.Length > 0
                    ? $"/proc is mounted with {mode}, which keeps tasks of other users from this one; root, and members of the group that the mount option gid names, see them."
                    : "a security module or a container's /proc keeps it from this user.",
            ],
        };
    }

    private static string HidePidOption() =>
        MountTable.At("/proc")?.Options.Split(',').FirstOrDefault(option => option.StartsWith("hidepid=", StringComparison.Ordinal)) ?? "";

    private static Explanation None(long id, string why) =>
        new() { Id = id, Kind = "none", Listed = false, Found = false, Sentences = [why] };
}

/// <summary>Writes explanations without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Explanation))]
internal sealed partial class ExplanationJson : JsonSerializerContext;
