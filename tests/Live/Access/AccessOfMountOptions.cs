using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Access;

/// <summary>The matrix on mounts with options that change what there is.</summary>
public class AccessOfMountOptions(Subjects subjects) : LiveTest(subjects)
{
    [Theory]
    [InlineData("root", false), InlineData("owner", false), InlineData("stranger", false), InlineData("user-namespace", false), InlineData("confined-owner", false)]
    [InlineData("root", true), InlineData("owner", true), InlineData("user-namespace", true), InlineData("roots-user-namespace", true)]
    public void Another_pid_namespace(string caller, bool fromInside)
    {
        Place place = MountNamespace(fromInside, out string[] inside);
        Targets targets = Targets.Start(this, root: place.Kernel, prefix: inside);
        Matrix.Compare(place, caller, [.. targets.Paths, .. MachinePaths.Static()], targets);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Parameters_of_another_pid_namespace(bool fromInside) =>
        Matrix.Compare(MountNamespace(fromInside, out _), "root", MachinePaths.BelowSys(oncePerKind: true));

    [Theory, InlineData("root"), InlineData("owner"), InlineData("user-namespace")]
    public void Nothing_is_written_where_it_is_read_only(string caller)
    {
        Targets targets = Targets.Start(this, On(Side.Bobbin, "read-only").Server);
        List<string> sys = caller == "root" ? MachinePaths.BelowSys(oncePerKind: true) : ["sys/vm/drop_caches", "sys/kernel/hostname"];
        Matrix.Compare(Mounted("read-only"), caller, [.. targets.Paths, .. MachinePaths.Static(), .. sys], targets, "modify");
    }

    [Theory, InlineData("root"), InlineData("owner"), InlineData("user-namespace")]
    public void Tasks_alone(string caller)
    {
        Targets targets = Targets.Start(this, On(Side.Bobbin, "subset=pid").Server);
        string[] sys = ["sys", "sys/kernel", "sys/kernel/hostname", "sys/vm/drop_caches"];
        Matrix.Compare(Mounted("subset=pid"), caller, [.. targets.Paths, .. MachinePaths.Static(), .. sys], targets);
    }

    private Place Mounted(string options) => new(On(Side.Kernel, options).Root, On(Side.Bobbin, options).Root, options);

    private Place MountNamespace(bool fromInside, out string[] inside)
    {
        // With a /proc of its own for those inside who look at each other; the mounts under test are not there.
        Actor init = StartActor("unshare", "--pid", "--fork", "--kill-child", "--mount-proc");
        string[] join = ["nsenter", $"--pid=/proc/{init.Id}/ns/pid", "--"];
        inside = [.. join[..2], $"--mount=/proc/{init.Id}/ns/mnt", "--"];
        string options = $"pidns={init.Id}";
        Subject kernel = Own(Subject.Mount(Side.Kernel, options)), bobbin = Own(Subject.Mount(Side.Bobbin, options));
        return new Place(kernel.Root, bobbin.Root, "pidns", fromInside ? join : []) { Way = fromInside ? Place.InsidePidNamespace : "" };
    }
}
