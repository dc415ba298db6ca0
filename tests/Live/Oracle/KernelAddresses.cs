using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>It changes a setting of the machine, which no other test shall meet.</summary>
[CollectionDefinition(nameof(KernelAddresses), DisableParallelization = true)]
public sealed class KernelAddressesAlone;

/// <summary>Addresses that <c>kernel.kptr_restrict</c> = 1 shows to whoever has CAP_SYSLOG.</summary>
[Collection(nameof(KernelAddresses))]
public sealed class KernelAddresses : LiveTest
{
    private const string Setting = "/proc/sys/kernel/kptr_restrict";

    private readonly string _before = File.ReadAllText(Setting);

    public KernelAddresses(Subjects subjects)
        : base(subjects)
    {
        File.WriteAllText(Setting, "1");
        Own(new Restored(_before));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Are_shown_to_whoever_may_see_them(Side side)
    {
        string[] capable = ["setpriv", "--reuid=1234", "--regid=1234", "--clear-groups", "--inh-caps=+syslog", "--ambient-caps=+syslog"];
        Actor root = StartActor(), user = StartActorAs(1234), reader = StartActor(capable);
        root.Check("open-kind", "socket");
        bool Shows(Actor actor) => actor.Ask("cat", On(side)["net/unix"])[0].Split('\n')[1..^1] is { Length: > 0 } lines && lines.Any(line => !line.StartsWith("000000", StringComparison.Ordinal));
        Assert.Equal((true, false), (Shows(root), Shows(user)));
        Assert.Equal(Fidelity.Expect("kernel-addresses", side, true, false), Shows(reader));

        // Here the kernel asks who opens it.
        bool Opens(Actor actor) => !actor.Ask("read", actor.Check("open", On(side)["kallsyms"], Native.O_RDONLY), 100)[1].StartsWith("000000", StringComparison.Ordinal);
        Assert.Equal((true, false, true), (Opens(root), Opens(user), Opens(reader)));
    }

    private sealed class Restored(string value) : IDisposable
    {
        public void Dispose() => File.WriteAllText(Setting, value);
    }
}
