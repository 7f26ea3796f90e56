namespace Hale.Cli.Output;

/// <summary>What is drawn again and again in place.</summary>
internal static class Terminal
{
    /// <summary>Goes back to the beginning of the line and empties it.</summary>
    public const string Clear = "\r\x1b[K";

    /// <summary>Draws a line over the one that stands there, and stays on it.</summary>
    public static void Redraw(TextWriter writer, string line)
    {
        writer.Write(Clear + Cut(line));
        writer.Flush();
    }

    /// <summary>As much of a line as fits on the screen: one that wrapped could not be drawn over.</summary>
    public static string Cut(string line)
    {
        var width = Math.Max(20, Width()) - 1;
        return line.Length <= width ? line : line[..(width - 1)] + "…";
    }

    private static int Width()
    {
        try
        {
            return Console.WindowWidth;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
