using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/io: of the whole group, or of one thread below <c>task/</c>. Kernel: fs/proc/base.c, do_io_accounting().</summary>
internal static class IoFile
{
    public static void Write(in TaskReading reading, ref ProcText text) =>
        Write(ref text, reading.IsThread ? reading.Record.Io : reading.Record.GroupIo);

    public static void Write(ref ProcText text, in TaskIo io)
    {
        text.Literal("rchar: "u8).Number(io.ReadCharacters).Literal("\nwchar: "u8).Number(io.WrittenCharacters);
        text.Literal("\nsyscr: "u8).Number(io.ReadCalls).Literal("\nsyscw: "u8).Number(io.WriteCalls);
        text.Literal("\nread_bytes: "u8).Number(io.ReadBytes).Literal("\nwrite_bytes: "u8).Number(io.WrittenBytes);
        text.Literal("\ncancelled_write_bytes: "u8).Number(io.CancelledBytes).Line();
    }
}
