using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/swaps: its heading, since records know how much swap there is and not where. Kernel: mm/swapfile.c, swap_show().</summary>
internal static class SwapsFile
{
    public static void Write(in MachineRecord machine, ref ProcText text) =>
        text.Literal("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"u8);
}
