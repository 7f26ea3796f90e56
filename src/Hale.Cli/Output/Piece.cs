namespace Hale.Cli.Output;

/// <summary>What a piece of text means to the reader; a terminal shows it as a colour.</summary>
internal enum Tone
{
    Plain,
    Good,
    Warn,
    Bad,
    Unknown,
    Dim,
    Strong,
}

/// <summary>A piece of a line.</summary>
/// <param name="Text">Any text; it is made safe when it is written.</param>
/// <param name="Tone">What it means.</param>
internal readonly record struct Piece(string Text, Tone Tone = Tone.Plain)
{
    public static implicit operator Piece(string text) => new(text);
}
