using Bobbin.Bench;
using Bobbin.Bench.Tasks;

if (args is ["serve-table", ..])
{
    return TableServer.Run(args[1..]);
}

if (!Options.TryParse(args, out Options options))
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

if (Environment.UserName != "root")
{
    Console.Error.WriteLine("bench: only root can mount for all, pin servers and have 10,000 processes");
    return 1;
}

return options.Tasks ? TaskComparison.Run(options) : options.SoakMillions > 0 ? Soak.Run(options) : Comparison.Run(options);
