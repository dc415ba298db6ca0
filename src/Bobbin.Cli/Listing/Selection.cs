using System.Globalization;
using System.IO.Enumeration;
using System.Text;
using Bobbin.Snapshots;

namespace Bobbin.Cli.Listing;

/// <summary>Which tasks are listed.</summary>
internal sealed class Selection
{
    private readonly ListingOptions _options;
    private readonly HashSet<int> _ids = [];
    private readonly string[] _patterns;

    public Selection(ListingOptions options)
    {
        _options = options;
        List<string> patterns = [];
        foreach (string word in options.Patterns)
        {
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                _ids.Add(id);
            }
            else
            {
                patterns.Add(word);
            }
        }

        _patterns = [.. patterns];
    }

    /// <summary>Whether anything narrows the list, so that an empty one is worth a status.</summary>
    public bool IsNarrow => _options.Patterns.Length > 0 || _options.Users.Length > 0 || _options.States.Length > 0 || _options.ControlGroup is not null;

    /// <summary>The lines of a scene: processes, each followed by its threads where these are wanted.</summary>
    public List<ListedTask> Of(ListingScene scene)
    {
        List<ListedTask> found = new(scene.Tasks.Threads.Count + (_options.Threads ? scene.Tasks.Processes.Count : 0));
        foreach (ProcessRow process in scene.Tasks.Processes)
        {
            if (!Fits(scene, process))
            {
                continue;
            }

            if (!_options.Threads)
            {
                if (MatchesState(process.Leader))
                {
                    found.Add(new ListedTask(process, process.Leader, IsThread: false));
                }

                continue;
            }

            AddThreads(process, found);
        }

        return found;
    }

    // In a table the process's own line comes first, and is all there is of one with a single thread. For other programs every line is a
    // thread: nothing is counted twice.
    private void AddThreads(ProcessRow process, List<ListedTask> found)
    {
        bool isWhole = _ids.Count == 0 || _ids.Contains(process.Id) || _patterns.Length > 0;
        bool isTable = _options.Format == ListingFormat.Table;
        if (isTable && process.ThreadCount == 1 && process.Threads.Count == 1)
        {
            if (MatchesState(process.Leader))
            {
                found.Add(new ListedTask(process, process.Leader, IsThread: false));
            }

            return;
        }

        int place = found.Count;
        foreach (ThreadRow thread in process.Threads)
        {
            if ((isWhole || _ids.Contains(thread.Id)) && MatchesState(thread))
            {
                found.Add(new ListedTask(process, thread, IsThread: true));
            }
        }

        if (isTable && found.Count > place)
        {
            found.Insert(place, new ListedTask(process, process.Leader, IsThread: false, HasThreads: true));
        }
    }

    private bool Fits(ListingScene scene, ProcessRow process) =>
        (_options.KernelThreads || !process.IsKernelThread || _ids.Contains(process.Id))
        && (_options.Users.Length == 0 || (process.EffectiveUserId is uint user && _options.Users.Contains(user)))
        && (_options.Patterns.Length == 0 || MatchesId(process) || MatchesPattern(scene, process))
        && (_options.ControlGroup is null || Matches(_options.ControlGroup, scene.Texts.ControlGroup(process.Id)));

    private bool MatchesState(ThreadRow thread) => _options.States.Length == 0 || _options.States.Contains((char)thread.State, StringComparison.Ordinal);

    private bool MatchesId(ProcessRow process)
    {
        if (_ids.Contains(process.Id))
        {
            return true;
        }

        if (_ids.Count > 0)
        {
            foreach (ThreadRow thread in process.Threads)
            {
                if (_ids.Contains(thread.Id))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool MatchesPattern(ListingScene scene, ProcessRow process)
    {
        if (process.Id == Environment.ProcessId)
        {
            return false; // our own command line has the pattern in it
        }

        foreach (string pattern in _patterns)
        {
            if (Matches(pattern, process.Name) || Matches(pattern, scene.Texts.CommandLine(process.Id)))
            {
                return true;
            }

            foreach (ThreadRow thread in process.Threads)
            {
                if (Matches(pattern, thread.Name))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // A word with * or ? has to fit the whole text; any other occurs in it.
    private static bool Matches(string pattern, ReadOnlySpan<byte> text)
    {
        string words = Encoding.UTF8.GetString(text).Replace('\0', ' ').TrimEnd();
        return pattern.AsSpan().ContainsAny('*', '?')
            ? FileSystemName.MatchesSimpleExpression(pattern, words, ignoreCase: true)
            : words.Contains(pattern, StringComparison.OrdinalIgnoreCase);
    }
}
