using Hale.Core.Sessions;
using Hale.Sessions;
using Hale.Testing;
using Xunit;

namespace Hale.Tests.Sessions;

/// <summary>A store of sessions in a file of its own, with a spool beside it.</summary>
internal sealed class SessionRig : IAsyncDisposable
{
    public const string Link = "https://desk.example:8443";

    private readonly Scratch scratch = new();

    public SessionRig()
    {
        Store = SessionStores.Local.Open(Address);
        Spool = new SessionSpool(scratch["spool"]);
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Address => $"sqlite:{File}";

    public string File => scratch["sessions.db"];

    public string Folder => scratch.Path;

    public ISessionStore Store { get; }

    public SessionSpool Spool { get; }

    public async Task<SessionRow> RowAsync(string id = "s") => (await Store.GetAsync(id, Cancel))!.Row;

    /// <summary>A session whose machines have addresses.</summary>
    public async Task PlanAsync(string id, params string[] roles)
    {
        Assert.True(await Store.CreateAsync(SessionRow.Plan(id, roles, TimeProvider.System.GetUtcNow()), Cancel));
        foreach (var role in roles)
            await Store.ApplyAsync(id, new Provision(role) { Milestone = ParticipantState.DnsWritten, Link = $"{Link}/{role}" }, TimeProvider.System, Cancel);
    }

    public SessionReporter Reporter(string role, string id = "s", ISessionStore? store = null, bool spools = true, TimeSpan? patience = null, string? instance = null) =>
        new(store ?? Store, new ReportOptions { Session = id, Role = role, Instance = instance, Spool = spools ? Spool : null, Patience = patience ?? TimeSpan.FromSeconds(30) }, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        scratch.Dispose();
    }
}

/// <summary>A store in the way of which somebody stands: a fake, since no real one fails on request.</summary>
/// <param name="inner">The real store.</param>
internal sealed class BrokenStore(ISessionStore inner) : ISessionStore
{
    /// <summary>So many calls fail from now on.</summary>
    public int Failures { get; set; }

    /// <summary>Writes are carried out, and their answers are lost.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>Rows can be read and not written.</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>Calls do not come back.</summary>
    public bool Hangs { get; set; }

    public int Calls { get; private set; }

    public SessionAddress Address => inner.Address;

    public async Task<StoredSession?> GetAsync(string id, CancellationToken cancel)
    {
        if (Hangs)
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        return Fails() ? throw Down() : await inner.GetAsync(id, cancel);
    }

    public Task<bool> CreateAsync(SessionRow row, CancellationToken cancel) => Fails() ? throw Down() : inner.CreateAsync(row, cancel);

    public async Task<bool> ReplaceAsync(StoredSession was, SessionRow next, CancellationToken cancel)
    {
        if (Fails() || IsReadOnly)
            throw Down();
        var isWritten = await inner.ReplaceAsync(was, next, cancel);
        if (!LosesAnswers)
            return isWritten;
        LosesAnswers = false;
        throw Down();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static SessionStoreException Down() => new("The store is down.");

    private bool Fails()
    {
        Calls++;
        return Failures > 0 && Failures-- > 0;
    }
}
