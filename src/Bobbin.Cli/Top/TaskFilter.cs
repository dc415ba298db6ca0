using System.Text;
using Bobbin.Cli.Listing;
using Bobbin.Snapshots;
using Bobbin.Sources;

namespace Bobbin.Cli.Top;

/// <summary>Which tasks fit a text that a person types: in the name, the command line, the user's name, or as the id.</summary>
internal sealed class TaskFilter(TaskTexts texts, UserNames users)
{
    // Command lines seldom change and cost 10 us each to read: kept for as long as the task has its name.
    private readonly Dictionary<TaskIdentity, (byte[] Name, byte[] Arguments)> _arguments = [];
    private byte[] _wanted = [];

    /// <summary>The text; empty: everything fits.</summary>
    public string Text
    {
        get;
        set
        {
            field = value;
            _wanted = Encoding.UTF8.GetBytes(value.ToLowerInvariant());
        }
    } = "";

    /// <summary>Whether anything is asked for.</summary>
    public bool IsSet => _wanted.Length > 0;

    /// <summary>Whether a line's task fits.</summary>
    public bool Fits(ListedTask task) =>
        !IsSet
        || Contains(task.Thread.Name)
        || IsId(task.IsThread ? task.Thread.Id : task.Process.Id)
        || (task.IsThread && IsId(task.Process.Id))
        || (task.Process.EffectiveUserId is { } user && Contains(users.User(user)))
        || Contains(ArgumentsOf(task.Process));

    /// <summary>Forgets those that are gone.</summary>
    public void Forget(TaskSnapshot now)
    {
        if (_arguments.Count > now.Processes.Count * 2)
        {
            foreach (TaskIdentity known in _arguments.Keys)
            {
                if (!now.TryFindProcess(known.Id, out ProcessRow process) || process.Identity != known)
                {
                    _arguments.Remove(known);
                }
            }
        }
    }

    private ReadOnlySpan<byte> ArgumentsOf(ProcessRow process)
    {
        if (process.IsKernelThread || process.Id == Environment.ProcessId)
        {
            return []; // our own has the text of --filter in it
        }

        if (!_arguments.TryGetValue(process.Identity, out (byte[] Name, byte[] Arguments) known) || !process.Name.SequenceEqual(known.Name))
        {
            byte[] words = texts.CommandLine(process.Id).ToArray();
            words.AsSpan().Replace((byte)0, (byte)' ');
            _arguments[process.Identity] = known = (process.Name.ToArray(), words);
        }

        return known.Arguments;
    }

    private bool IsId(int id) => int.TryParse(Text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int wanted) && wanted == id;

    // Small and capital letters of ASCII are the same.
    private bool Contains(ReadOnlySpan<byte> text)
    {
        for (int at = 0; at + _wanted.Length <= text.Length; at++)
        {
            int same = 0;
            while (same < _wanted.Length && Small(text[at + same]) == _wanted[same])
            {
                same++;
            }

            if (same == _wanted.Length)
            {
                return true;
            }
        }

        return false;
    }

    private static byte Small(byte letter) => letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter | 0x20) : letter;
}
