using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/version. Kernel: fs/proc/version.c.</summary>
internal static class VersionFile
{
    public static void Write(in MachineRecord machine, ref ProcText text)
    {
        MachineSystem system = machine.System;
        text.Literal(system.Name.Span).Literal(" version "u8).Literal(system.Release.Span).Space();
        text.Literal(system.Builder.Span).Space().Literal(system.Version.Span).Line();
    }
}
