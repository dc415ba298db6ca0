namespace Bobbin.Procfs.Files;

/// <summary>/proc/tty/drivers: how ps names a terminal by its number. Kernel: drivers/tty/tty_io.c and fs/proc/proc_tty.c.</summary>
internal static class TtyDriversFile
{
    public static void Write(ref ProcText text) => text.Literal(
        """
        /dev/tty             /dev/tty        5       0 system:/dev/tty
        /dev/console         /dev/console    5       1 system:console
        /dev/ptmx            /dev/ptmx       5       2 system
        /dev/vc/0            /dev/vc/0       4       0 system:vtmaster
        serial               /dev/ttyS       4 64-111 serial
        pty_slave            /dev/pts      136 0-1048575 pty:slave
        pty_master           /dev/ptm      128 0-1048575 pty:master
        unknown              /dev/tty        4 1-63 console

        """u8);
}
