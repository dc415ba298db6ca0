using System.Numerics;

namespace Bobbin.Sources;

/// <summary>A set of task ids, a bit each. Any number of threads may add.</summary>
internal sealed class IdSet
{
    /// <summary><c>PID_MAX_LIMIT</c>: every id is below.</summary>
    public const int Limit = 1 << 22;

    /// <summary>How many words hold all bits.</summary>
    public const int WordCount = Limit / 64;

    private readonly ulong[] _words = new ulong[WordCount];

    /// <summary>How many are in it.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong word in _words)
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    /// <summary>The ids in it, ascending.</summary>
    public IEnumerable<int> Ids
    {
        get
        {
            for (int word = 0; word < WordCount; word++)
            {
                for (ulong rest = _words[word]; rest != 0; rest &= rest - 1)
                {
                    yield return (word * 64) + BitOperations.TrailingZeroCount(rest);
                }
            }
        }
    }

    /// <summary>64 ids from a multiple of 64 on, the lowest in the lowest bit.</summary>
    public ulong Word(int index) => _words[index];

    /// <summary>Whether an id is in it.</summary>
    public bool Contains(int id) => (uint)id < Limit && ((_words[id / 64] >> (id % 64)) & 1) != 0;

    /// <summary>Puts an id in; what no task can have is left out.</summary>
    public void Add(int id)
    {
        if (id is > 0 and < Limit)
        {
            Interlocked.Or(ref _words[id / 64], 1UL << (id % 64));
        }
    }

    /// <summary>Puts 64 ids in.</summary>
    public void AddWord(int index, ulong bits)
    {
        if (bits != 0)
        {
            Interlocked.Or(ref _words[index], bits);
        }
    }
}
