using Hale.Cli.Output;
using Hale.Config;
using Hale.Web.Contract;

namespace Hale.Cli.Views;

/// <summary>Shows what differs between two configurations.</summary>
internal static class DiffView
{
    /// <param name="screen">Where to.</param>
    /// <param name="diff">The difference.</param>
    public static void Write(Screen screen, DiffDto diff)
    {
        foreach (var part in diff.Parts)
        {
            var title = part.Name.Length == 0 ? part.Part : $"{part.Part} {part.Name}";
            screen.Line(part.Kind switch
            {
                DiffKind.Added => new Piece($"+ {title}", Tone.Good),
                DiffKind.Removed => new Piece($"- {title}", Tone.Bad),
                _ => new Piece($"~ {title}", Tone.Warn),
            });
            foreach (var key in part.Keys)
                screen.Line($"    {key.Key}: ", new Piece(key.Old ?? "(not written)", Tone.Dim), " -> ", key.New ?? "(not written)");
            if (part.Note is { } note)
                screen.Line($"    {note}");
        }
        foreach (var key in diff.NeedsRestart)
            screen.Line(new Piece($"! {key} takes effect only when Hale is started again", Tone.Warn));
        screen.Line(diff.Parts.Count == 0 ? "Nothing differs." : "Nothing else changes.");
    }
}
