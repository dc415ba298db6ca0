namespace Bobbin.Bench;

/// <summary>The verb <c>serve-table DIR PROCESSES THREADS [--at-rest]</c>: a mounted table of made-up tasks.</summary>
internal static class TableServer
{
    public static int Run(string[] arguments)
    {
        Console.Error.WriteLine($"serve-table {string.Join(' ', arguments)}: there is no table to mount yet");
        return 1;
    }
}
