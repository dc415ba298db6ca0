// A /proc of tasks that nobody ever started: made-up-proc DIRECTORY, as root; Ctrl-C ends it. Meanwhile, in another shell:
//   unshare --mount --pid --fork sh -c 'mount --bind DIRECTORY /proc; ps -eLf'
// in a pid namespace of its own, since ps(1) looks its own id up, and the ids here are not this machine's.
using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Mount;
using Bobbin.Table;
using Bobbin.Tasks;
using Microsoft.Win32.SafeHandles;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: made-up-proc DIRECTORY");
    return 2;
}

// A machine that has just booted: init, and the kernel's own threads. What happens from here on, we say.
TaskTable table = TaskTable.Boot();
TableTask shop = table.Init.Spawn(TableProgram.Parse("/usr/bin/shop --port 80"u8));
shop.Credentials = Credentials.OfUser(1000, 1000);
shop.State = TaskState.Sleeping;

TableTask worker = shop.CloneThread();
worker.Name = "checkout"u8.ToArray();
worker.State = TaskState.Running;
worker.Spend(user: 90_000_000_000, system: 3_000_000_000); // nanoseconds

TableTask helper = shop.Spawn(TableProgram.Parse("/usr/bin/thumbnail cat.jpg"u8));
helper.ExitGroup(code: 1); // nobody waits for it: a zombie

try
{
    SafeFileHandle device = FuseMount.OpenDevice();
    FuseMount.Mount(device, args[0], new FuseMountOptions { Source = "made-up" });
    // Whoever reads is one of them: /proc/self has to be somebody.
    using ProcServer server = ProcServer.ForTable(new TableSource(table) { CallerMap = _ => shop });
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Unmount);
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Unmount);
    server.Serve(device);
    return 0;
}
catch (LinuxException e)
{
    Console.Error.WriteLine($"made-up-proc: {e.Message}");
    return 1;
}

void Unmount(PosixSignalContext context)
{
    context.Cancel = true;
    FuseMount.Unmount(args[0], detach: true);
}
