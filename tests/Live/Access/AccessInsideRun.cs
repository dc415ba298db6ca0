using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Access;

/// <summary>The matrix inside root's <c>bobbin run</c>, where /proc is Bobbin's for everybody.</summary>
public class AccessInsideRun(Subjects subjects) : LiveTest(subjects)
{
    public static TheoryData<string> Callers => Prober.Callers;

    [Theory, MemberData(nameof(Callers))]
    public void Entries(string caller)
    {
        Place place = Enter(out HeldRun run);
        Targets targets = Targets.Start(this, run.Server);
        Matrix.Compare(place, caller, [.. targets.Paths, .. MachinePaths.Static()], targets);
    }

    [Theory, InlineData("owner"), InlineData("user-namespace")]
    public void Files_below_sys(string caller) => Matrix.Compare(Enter(out _), caller, MachinePaths.BelowSys(oncePerKind: true));

    private Place Enter(out HeldRun run)
    {
        // Mounted before, so that it is there inside too.
        string kernel = On(Side.Kernel).Root;
        run = Own(new HeldRun(Product.Binary));
        return new Place(kernel, "/proc", "", "nsenter", $"--mount=/proc/{run.Id}/ns/mnt", "--") { Way = Place.InsideRun };
    }
}
