using Bobbin.Cli.Commands;
using Bobbin.Cli.Launch;
using Bobbin.Cli.Serving;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;

CommandLine.Read(args);
try
{
    return args switch
    {
        [ServerOptions.Verb, ..] => ServeCommand.Execute(args),
        [DemoThreads.Verb] => DemoThreads.Execute(),
        [UserNamespace.Verb, .. string[] rest] => BobbinCommand.Execute(rest),
        _ => BobbinCommand.Execute(args),
    };
}
catch (CommandFailure failure)
{
    Terminal.Error(failure.Line + "\n");
    return failure.Status;
}
catch (OutOfMemoryException)
{
    Terminal.Error($"bobbin: no thread can be started, or there is no memory; {CommandFailure.MoreProcesses}\n");
    return 1;
}
catch (LinuxException failure)
{
    string remedy = failure.Errno == Errno.EMFILE ? $"; {CommandFailure.MoreDescriptors}" : "";
    Terminal.Error($"bobbin: {Printable.Escape(failure.Message)}{remedy}\n");
    return 1;
}
