namespace Bobbin.Live;

/// <summary>Tells that ids stop to resolve.</summary>
public interface IExitSource : IDisposable
{
    /// <summary>Whether every task's end is told, without asking for each.</summary>
    bool Tracks { get; }

    /// <summary>The task with this id, in this process's pid namespace, is gone. Raised on a thread that owes nobody a reply.</summary>
    event Action<int>? ThreadEnded;

    /// <summary>Asks for a task's end to be told; false where it will not be.</summary>
    bool Watch(int id) => Tracks;
}
