using Bobbin.Cli.Commands;
using Bobbin.Cli.Documents;
using Bobbin.Tests.Architecture;
using Xunit;

namespace Bobbin.Tests.Cli;

public sealed class DocumentTests
{
    [Fact]
    public void The_manual_page_in_docs_is_the_one_that_bobbin_prints() =>
        Assert.Equal(ManualPage.Write(new BobbinCommand()), Repository.Read("docs/bobbin.1"));

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void Each_completion_knows_every_verb_and_option(string shell)
    {
        BobbinCommand root = new();
        string script = Completions.For(shell, root);
        foreach (System.CommandLine.Command verb in Verbs.Of(root))
        {
            Assert.Contains(verb.Name, script, StringComparison.Ordinal);
            Assert.All(Verbs.Options(verb), option => Assert.Contains(option.Name[2..], script, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Known_words_are_offered()
    {
        System.CommandLine.Option hidepid = new RunCommand().Options.Single(option => option.Name == "--hidepid");
        Assert.Equal(["0", "1", "2", "4", "invisible", "noaccess", "off", "ptraceable"], Verbs.Words(hidepid).Order(StringComparer.Ordinal));
    }
}
