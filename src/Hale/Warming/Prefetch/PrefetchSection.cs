using Hale.Config;

namespace Hale.Warming.Prefetch;

/// <summary>The section <c>prefetch</c> of a plan.</summary>
internal static class PrefetchSection
{
    private const double Hour = 3600;

    public static readonly Key[] Keys =
    [
        new("paths", KeyType.PathList, "Files and folders to read into memory before the first rehearsal; a folder stands for everything below it on the same file system.") { Shorthand = true },
        new("recorded", KeyType.Choice, "What becomes of the list that `hale warm --record` has written beside the plan: `use` reads its files ahead as well, `ignore` does not.") { Default = "use", Choices = ["use", "ignore"] },
        new("at_once", KeyType.Integer, "Files read at the same time.") { Default = "4", Min = 1, Max = 64 },
        new("in_flight", KeyType.Bytes, "Bytes asked of the disk at the same time, over all of them.") { Default = "4MB", Min = 64 << 10, Max = 1 << 30 },
        new("limit", KeyType.Bytes, "No more than this is read.") { Default = "4GB", Min = 0 },
        new("within", KeyType.Duration, "After this time reading ends and the rehearsals begin, with what is in memory by then.") { Default = "60s", Min = 0.1, Max = Hour },
        new("missing", KeyType.Choice, "What it means that one of `paths` does not exist: `tell` only names it, `fail` fails the warm-up. Files of a recorded list may always be missing.") { Default = "tell", Choices = ["tell", "fail"] },
    ];

    /// <summary>What is to be read ahead.</summary>
    /// <param name="section">The section; one that was not written has its defaults, which leave the recorded list.</param>
    /// <param name="plan">The plan's file, absolute.</param>
    public static PrefetchSpec Read(Settings section, string plan) => new()
    {
        Paths = section.List("paths"),
        List = section.Text("recorded") == "use" ? PrefetchList.PathFor(plan) : null,
        AtOnce = (int)section.Integer("at_once")!.Value,
        InFlight = section.Integer("in_flight")!.Value,
        Limit = section.Integer("limit")!.Value,
        Deadline = section.Duration("within")!.Value,
        MissingFails = section.Text("missing") == "fail",
    };
}
