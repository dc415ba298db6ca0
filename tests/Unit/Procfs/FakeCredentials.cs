using Bobbin.Procfs;
using Bobbin.Tasks;

namespace Bobbin.Tests.Procfs;

/// <summary>Groups and capabilities that a test gives to all callers.</summary>
internal sealed class FakeCredentials : ICallerCredentials
{
    public uint[] Groups { get; set; } = [];

    public ulong Capabilities { get; set; }

    public bool IsInGroup(in Caller caller, uint groupId) => Groups.Contains(groupId);

    public ulong GetCapabilities(in Caller caller) => Capabilities;

    public static ulong Set(params Capability[] capabilities) => capabilities.Aggregate(0UL, (set, one) => set | (1UL << (int)one));
}
