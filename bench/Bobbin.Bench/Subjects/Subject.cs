namespace Bobbin.Bench.Subjects;

/// <summary>A directory that shows a /proc, and the server behind it.</summary>
/// <param name="name">As the report calls it.</param>
/// <param name="root">The directory; <c>-</c> for a command that mounts by itself.</param>
/// <param name="server">The server's process id; 0 for the kernel.</param>
internal class Subject(string name, string root, int server) : IDisposable
{
    public string Name => name;

    public string Root => root;

    public int Server => server;

    /// <summary>A file with the process ids to read, one a line.</summary>
    public string Ids { get; init; } = "-";

    /// <summary>Words before a command, for a subject that is one: <c>bobbin run --</c>.</summary>
    public string Prefix { get; init; } = "-";

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) { }
}
