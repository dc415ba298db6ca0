using System.Reflection;
using Bobbin.Kernel.Bpf;
using Xunit;

namespace Bobbin.Tests.Architecture;

/// <summary>What the room Bpf shows to others: a change here is a change for them. What crosses to the kernel is not among it.</summary>
public sealed class BpfSurfaceTests
{
    private static readonly Type[] s_types = [.. typeof(Btf).Assembly.GetExportedTypes().Where(type => type.Namespace == typeof(Btf).Namespace)];

    [Fact]
    public void The_types_are_these() => Assert.Equal(
        [
            "BpfAssembler", "BpfAtomic", "BpfAttachType", "BpfCondition", "BpfException", "BpfHelper", "BpfInstruction", "BpfIterator",
            "BpfLabel", "BpfLink", "BpfMap", "BpfMapCursor", "BpfMapFlags", "BpfMapKeys`1", "BpfMapReference", "BpfMapSpec", "BpfMapType",
            "BpfObstacle", "BpfOperation", "BpfProgram", "BpfProgramSpec", "BpfProgramType", "BpfRegister", "BpfRun", "BpfSize", "BpfWalk",
            "Btf", "BtfField", "BtfKind", "BtfMember", "BtfTracepoint", "BtfType", "BufferWait", "PerfBuffer", "PerfBufferRecords", "RawTracepoint",
            "RingBuffer", "RingBufferRecords",
        ],
        s_types.Select(type => type.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void No_address_of_memory_is_shown()
    {
        string[] pointers =
        [
            .. s_types.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
                .Where(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType).Any(type => type.IsPointer || type == typeof(nint)))
                .Select(method => $"{method.DeclaringType!.Name}.{method.Name}"),
        ];
        Assert.Empty(pointers);
    }

    [Fact]
    public void What_the_kernel_keeps_is_given_back_by_Dispose() =>
        Assert.Equal(
            ["BpfIterator", "BpfLink", "BpfMap", "BpfProgram", "BpfWalk", "Btf", "BtfTracepoint", "PerfBuffer", "RawTracepoint", "RingBuffer"],
            s_types.Where(type => type.IsAssignableTo(typeof(IDisposable))).Select(type => type.Name).Order(StringComparer.Ordinal));
}
