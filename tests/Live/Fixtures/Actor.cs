using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Bobbin.Tests.Fixtures;

/// <summary>A process that does what a test tells it (actor.c): a subject to look at, or somebody else who looks.</summary>
internal sealed class Actor : IDisposable
{
    private readonly Process _process;
    private int _ended;

    /// <summary>Starts one, under the command prefix given (setpriv, unshare) if any.</summary>
    public Actor(string? program = null, params string[] prefix)
    {
        program ??= Scratch.Compile("actor.c");
        string[] command = [.. prefix, program, program];
        ProcessStartInfo start = new(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true, // else it would have whatever the run's is, which grows
            StandardInputEncoding = Encoding.Latin1,
            StandardOutputEncoding = Encoding.Latin1,
            WorkingDirectory = "/",
        };
        _process = Process.Start(start)!;
        string[] ids = Ask("id");
        IdHere = int.Parse(ids[0], CultureInfo.InvariantCulture);
        Id = prefix.Length == 0 ? _process.Id : FindOutside();
    }

    /// <summary>Its process id as the tests see it.</summary>
    public int Id { get; }

    /// <summary>Its process id as it sees it itself.</summary>
    public int IdHere { get; }

    /// <summary>An actor with other ids. Groups: none, or the one given.</summary>
    public static Actor As(uint user, uint? group = null, string? program = null) =>
        new(program, "setpriv", $"--reuid={user}", $"--regid={user}", group is { } id ? $"--groups={id}" : "--clear-groups");

    /// <summary>Runs a command; the words of its reply, decoded.</summary>
    public string[] Ask(params object[] words)
    {
        _process.StandardInput.Write(string.Join(' ', words.Select(word => Encode(Convert.ToString(word, CultureInfo.InvariantCulture)!))) + "\n");
        _process.StandardInput.Flush();
        string reply = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"the actor ended at {string.Join(' ', words)}");
        return reply.Length == 0 ? [] : [.. reply.Split(' ').Select(Decode)];
    }

    /// <summary>Runs a command that answers one number.</summary>
    public int Number(params object[] words) => int.Parse(Ask(words)[0], CultureInfo.InvariantCulture);

    /// <summary>Runs a command that answers one number, which must not be an errno.</summary>
    public int Check(params object[] words) =>
        Number(words) is var number && number >= 0 ? number : throw new InvalidOperationException($"{string.Join(' ', words)}: {number}");

    /// <summary>Runs a command that answers two ids.</summary>
    public (int First, int Second) Pair(params object[] words)
    {
        string[] reply = Ask(words);
        return (int.Parse(reply[0], CultureInfo.InvariantCulture), int.Parse(reply[1], CultureInfo.InvariantCulture));
    }

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        // The end of its input ends it; its children die with it.
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
        }

        if (!_process.WaitForExit(5000))
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(5000);
        }

        _process.Dispose();
    }

    /// <summary>A prefix such as <c>unshare --fork</c> leaves the actor as a descendant of what was started.</summary>
    private int FindOutside()
    {
        int id = _process.Id;
        while (Native.Cat($"/proc/{id}/task/{id}/children").Text.Trim() is { Length: > 0 } child && Name(id) != "actor")
        {
            id = int.Parse(child.Split(' ')[0], CultureInfo.InvariantCulture);
        }

        return id;
    }

    private static string Name(int id) => Native.Cat($"/proc/{id}/comm").Text.Trim();

    private static string Encode(string word)
    {
        StringBuilder text = new();
        foreach (char c in word)
        {
            text.Append(char.IsAsciiLetterOrDigit(c) || "-_./,:=".Contains(c, StringComparison.Ordinal)
                ? c.ToString()
                : string.Create(CultureInfo.InvariantCulture, $"%{(int)c:X2}"));
        }

        return text.Length == 0 ? "%" : text.ToString();
    }

    private static string Decode(string word)
    {
        StringBuilder text = new();
        for (int i = 0; i < word.Length; i++)
        {
            if (word[i] == '%' && i + 2 < word.Length)
            {
                text.Append((char)byte.Parse(word.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 2;
            }
            else if (word[i] != '%')
            {
                text.Append(word[i]);
            }
        }

        return text.ToString();
    }
}
