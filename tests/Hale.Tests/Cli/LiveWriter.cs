using System.Text;

namespace Hale.Tests.Cli;

/// <summary>Output that is read while it is being written.</summary>
internal sealed class LiveWriter : TextWriter
{
    private readonly StringBuilder text = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (text)
            text.Append(value);
    }

    /// <summary>Waits until it has been written.</summary>
    public async Task UntilAsync(string expected)
    {
        for (var i = 0; i < 3000; i++)
        {
            if (ToString().Contains(expected, StringComparison.Ordinal))
                return;
            await Task.Delay(10);
        }
        throw new TimeoutException($"\"{expected}\" was not written within 30 s, but this was: {this}");
    }

    public override string ToString()
    {
        lock (text)
            return text.ToString();
    }
}
