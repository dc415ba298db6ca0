namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/ksm_merging_pages: of a table's tasks none. Kernel: fs/proc/base.c, proc_pid_ksm_merging_pages().</summary>
internal static class KsmMergingPagesFile
{
    public static void Write(in TaskReading reading, ref ProcText text) =>
        text.Literal(reading.Record.Memory is null ? default : "0\n"u8);
}

/// <summary>/proc/PID/ksm_stat. Kernel: fs/proc/base.c, proc_pid_ksm_stat().</summary>
internal static class KsmStatFile
{
    public static void Write(in TaskReading reading, ref ProcText text) => text.Literal(
        reading.Record.Memory is null
            ? default
            : "ksm_rmap_items 0\nksm_zero_pages 0\nksm_merging_pages 0\nksm_process_profit 0\nksm_merge_any: no\nksm_mergeable: no\n"u8);
}
