using Bobbin.Table;
using CsCheck;
using Xunit;

namespace Bobbin.Tests.Table;

/// <summary>The bitmaps below the listings.</summary>
public sealed class IdPagesTests
{
    [Fact]
    public void Free_ids_are_found_across_words_and_pages()
    {
        var pages = new IdPages();
        for (int id = 0; id < 3000; id++)
        {
            pages.Take(id);
        }

        Assert.Equal(3000, pages.NextFree(0, 4096));
        Assert.Equal(-1, pages.NextFree(0, 3000));
        pages.Free(1023);
        pages.Free(1024);
        Assert.Equal(1023, pages.NextFree(64, 4096));
        Assert.Equal(1024, pages.NextFree(1024, 4096));
        Assert.Equal(3000, pages.NextFree(1025, 4096));
        Assert.Equal(100_000, pages.NextFree(100_000, 1 << 22));
        Assert.Equal(-1, pages.NextFree(10, 10));
    }

    [Fact]
    public void Taken_ids_are_as_a_sorted_set_has_them() =>
        Gen.Select(Gen.Bool, Gen.Int[0, 5000]).Array[0, 200].Select(Gen.Int[-10, 5100], Gen.Int[0, 300]).Sample(
            (steps, from, size) =>
            {
                var pages = new IdPages();
                var model = new SortedSet<int>();
                foreach ((bool take, int id) in steps)
                {
                    if (take && model.Add(id))
                    {
                        pages.Take(id);
                    }
                    else if (!take && model.Remove(id))
                    {
                        pages.Free(id);
                    }
                }

                int[] ids = new int[size];
                int count = pages.List(IdKind.Used, from, ids);
                Assert.Equal(model.Where(id => id >= from).Take(size), ids[..count]);
                int free = Enumerable.Range(Math.Max(from, 0), 300).First(id => !model.Contains(id));
                Assert.Equal(free, pages.NextFree(Math.Max(from, 0), 1 << 22));
            },
            iter: 300,
            threads: 1);

    [Fact]
    public void Births_keep_their_order_and_are_found_by_number() =>
        Gen.Int[0, 2].Array[0, 60].Sample(
            steps =>
            {
                var order = new BirthOrder<string>();
                List<(ulong Number, string Item)> model = [];
                for (int i = 0; i < steps.Length; i++)
                {
                    if (steps[i] != 0 || model.Count == 0)
                    {
                        string item = $"item {i}";
                        model.Add((order.Add(item), item));
                    }
                    else
                    {
                        (ulong number, _) = model[i % model.Count];
                        order.Remove(number);
                        model.RemoveAll(pair => pair.Number == number);
                        Assert.True(order.IndexOf(number) < 0);
                    }
                }

                Assert.Equal(model.Select(pair => pair.Item), order.ToArray());
                for (int i = 0; i < model.Count; i++)
                {
                    Assert.Equal(i, order.IndexOf(model[i].Number));
                }
            },
            iter: 200,
            threads: 1);
}
