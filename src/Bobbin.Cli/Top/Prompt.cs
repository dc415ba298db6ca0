using System.Text;
using Bobbin.Cli.Tui;

namespace Bobbin.Cli.Top;

/// <summary>A question on the message line: a text to type, or one key.</summary>
internal sealed class Prompt(string question)
{
    private readonly StringBuilder _text = new();

    /// <summary>What is asked.</summary>
    public string Question => question;

    /// <summary>What was typed until now.</summary>
    public string Text
    {
        get => _text.ToString();
        set => _text.Clear().Append(value);
    }

    /// <summary>Whether one key is the answer.</summary>
    public bool IsOneKey { get; init; }

    /// <summary>While it is typed.</summary>
    public Action<string>? Changed { get; init; }

    /// <summary>With Enter, or with the one key.</summary>
    public required Action<string> Answered { get; init; }

    /// <summary>With Escape.</summary>
    public Action? Cancelled { get; init; }

    /// <summary>Takes a key; whether the question is done with.</summary>
    public bool Take(Key key)
    {
        if (key.Kind == KeyKind.Escape || key.IsControl('c') || key.IsControl('g'))
        {
            Cancelled?.Invoke();
            return true;
        }

        if (IsOneKey)
        {
            Answered(key.Kind == KeyKind.Character ? key.Rune.ToString() : "");
            return true;
        }

        switch (key.Kind)
        {
            case KeyKind.Enter:
                Answered(Text);
                return true;
            case KeyKind.Backspace when _text.Length > 0:
                // A character outside of the first plane is two units.
                bool isPair = _text.Length > 1 && char.IsSurrogatePair(_text[^2], _text[^1]);
                _text.Length -= isPair ? 2 : 1;
                break;
            case KeyKind.Character:
                _text.Append(key.Rune.ToString());
                break;
            default:
                if (!key.IsControl('u'))
                {
                    return false;
                }

                _text.Clear();
                break;
        }

        Changed?.Invoke(Text);
        return false;
    }
}
