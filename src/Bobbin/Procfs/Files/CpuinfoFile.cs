using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/cpuinfo, as x86 prints it. Kernel: arch/x86/kernel/cpu/proc.c, show_cpuinfo().</summary>
internal static class CpuinfoFile
{
    public static void Write(in MachineRecord machine, ref ProcText text)
    {
        foreach (ProcessorRecord processor in machine.Processors.Span)
        {
            WriteOne(ref text, processor.Number, processor.Model);
        }
    }

    private static void WriteOne(ref ProcText text, int number, ProcessorModel model)
    {
        text.Literal("processor\t: "u8).Number(number).Literal("\nvendor_id\t: "u8).Literal(model.Vendor.Span);
        text.Literal("\ncpu family\t: "u8).Number(model.Family).Literal("\nmodel\t\t: "u8).Number(model.Model);
        text.Literal("\nmodel name\t: "u8).Literal(model.Name.Span).Literal("\nstepping\t: "u8).Number(model.Stepping);
        text.Literal("\nmicrocode\t: 0x"u8).Hex(model.Microcode);
        text.Literal("\ncpu MHz\t\t: "u8).Number(model.Kilohertz / 1000).Byte((byte)'.').Zeros(model.Kilohertz % 1000, 3);
        text.Literal("\ncache size\t: "u8).Number(model.CacheKilobytes).Literal(" KB"u8);
        text.Literal("\nphysical id\t: "u8).Number(model.Package).Literal("\nsiblings\t: "u8).Number(model.Siblings);
        text.Literal("\ncore id\t\t: "u8).Number(model.Core).Literal("\ncpu cores\t: "u8).Number(model.Cores);
        text.Literal("\napicid\t\t: "u8).Number(number).Literal("\ninitial apicid\t: "u8).Number(number);
        text.Literal("\nfpu\t\t: yes\nfpu_exception\t: yes\ncpuid level\t: 22\nwp\t\t: yes\nflags\t\t: "u8).Literal(model.Flags.Span);
        text.Literal("\nbugs\t\t: "u8).Literal(model.Bugs.Span);
        text.Literal("\nbogomips\t: "u8).Number(model.BogomipsHundredths / 100).Byte((byte)'.').Zeros(model.BogomipsHundredths % 100, 2);
        text.Literal("\nclflush size\t: 64\ncache_alignment\t: 64\naddress sizes\t: "u8).Number(model.PhysicalBits);
        text.Literal(" bits physical, "u8).Number(model.VirtualBits).Literal(" bits virtual\npower management:\n\n"u8);
    }
}
