using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Access;

/// <summary>
/// Every entry of a process of each kind and every file below sys/, tried by each kind of caller on the kernel's /proc and on
/// the one that root mounts with <c>bobbin mount</c>: the errnos, modes, owners and (where nothing changes by itself) the bytes read
/// have to be the same.
/// </summary>
public class AccessMatrix(Subjects subjects) : LiveTest(subjects, seconds: 240)
{
    public static TheoryData<string> Callers => Prober.Callers;

    [Theory, MemberData(nameof(Callers))]
    public void Entries_of_processes(string caller)
    {
        Targets targets = Targets.Start(this, On(Side.Bobbin).Server);
        Matrix.Compare(Mounted(), caller, targets.Paths, targets);
    }

    [Theory, InlineData("root"), InlineData("owner"), InlineData("stranger"), InlineData("group"), InlineData("confined-root"), InlineData("confined-owner")]
    public void Entries_of_processes_under_hidepid(string caller)
    {
        Targets targets = Targets.Start(this, On(Side.Bobbin).Server, few: true);
        foreach (string level in new[] { "1", "2", "4" })
        {
            Matrix.Compare(Mounted($"hidepid={level},gid={Prober.Group}"), caller, targets.Paths, targets);
        }
    }

    [Theory, MemberData(nameof(Callers))]
    public void Files_below_sys(string caller) => Matrix.Compare(Mounted(), caller, MachinePaths.BelowSys());

    [Theory, MemberData(nameof(Callers))]
    public void Static_entries(string caller) => Matrix.Compare(Mounted(), caller, MachinePaths.Static());

    private Place Mounted(string options = "") => new(On(Side.Kernel, options).Root, On(Side.Bobbin, options).Root, options);
}
