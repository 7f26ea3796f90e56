using System.Text;
using Hale.Config;
using Xunit;

namespace Hale.Tests.Config;

public sealed class FuzzTests
{
    private const string Alphabet = " \n\t:{}[],\"'#&*!|>%@`-?~$<=.0159abezTF\\\0\u00e9\U0001F600";

    [Fact]
    public void Two_thousand_damaged_files_are_read_or_refused_at_a_place_and_never_throw()
    {
        var files = Directory.GetFiles(CorpusFiles.Path("good"), "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllText).ToArray();
        for (var seed = 0; seed < 2000; seed++)
        {
            var damaged = Damage(files[seed % files.Length], files, new Random(seed));
            LoadResult result;
            try
            {
                result = SampleKinds.Loader.LoadText(damaged, "hale.yaml", "/srv/app", CorpusTests.Environment);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed} threw {e}\n{damaged}");
                return;
            }
            Assert.True(result.Plan is null == result.Errors.Count > 0, $"seed {seed}: a plan and errors, or neither\n{damaged}");
            var lines = damaged.Count(c => c == '\n') + 1;
            foreach (var error in result.Errors.Concat(result.Warnings))
                Assert.True(error.Line >= 1 && error.Line <= lines + 1 && error.Column >= 1 && error.Message.Length > 0 && !error.ToString().Contains('\n', StringComparison.Ordinal), $"seed {seed}: {error}\n{damaged}");
        }
    }

    /// <summary>One to five of: a character changed, a span removed, a span doubled, a line moved, a piece of another file put in.</summary>
    internal static string Damage(string text, string[] others, Random random)
    {
        var damaged = new StringBuilder(text);
        for (var i = random.Next(1, 6); i > 0 && damaged.Length > 0; i--)
        {
            var at = random.Next(damaged.Length);
            var length = Math.Min(random.Next(1, 30), damaged.Length - at);
            switch (random.Next(5))
            {
                case 0:
                    damaged[at] = Alphabet[random.Next(Alphabet.Length)];
                    break;
                case 1:
                    damaged.Remove(at, length);
                    break;
                case 2:
                    damaged.Insert(random.Next(damaged.Length), damaged.ToString(at, length));
                    break;
                case 3:
                    var lines = damaged.ToString().Split('\n');
                    random.Shuffle(lines);
                    damaged.Clear().AppendJoin('\n', lines);
                    break;
                default:
                    var other = others[random.Next(others.Length)];
                    var from = random.Next(other.Length);
                    damaged.Insert(at, other.AsSpan(from, Math.Min(random.Next(1, 60), other.Length - from)));
                    break;
            }
        }
        return damaged.ToString();
    }
}
