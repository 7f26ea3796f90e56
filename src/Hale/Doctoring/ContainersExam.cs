using Hale.Containers;

namespace Hale.Doctoring;

/// <summary>Whether the container engine that checks talk to answers: that of <c>DOCKER_HOST</c>, or one at a usual socket.</summary>
internal static class ContainersExam
{
    private const string Subject = "containers";

    private static readonly EngineLimits Quick = new() { Connect = TimeSpan.FromSeconds(2), Answer = TimeSpan.FromSeconds(2) };

    private static readonly string[] Kinds = ["container", "container_log", "container_resources", "container_restart"];

    public static async Task<IReadOnlyList<Finding>> ExamineAsync(Patient patient, CancellationToken cancel)
    {
        var isNeeded = patient.Uses(Kinds);
        var missed = isNeeded ? "containers cannot be watched or restarted" : "commands of yours that ask the engine fail";
        var refused = new List<string>();
        try
        {
            foreach (var address in Addresses(patient))
            {
                try
                {
                    using var engine = new ContainerEngine(address, Quick, patient.Time);
                    var ping = await engine.PingAsync(cancel);
                    return [Finding.Ok(Subject, $"{(ping.IsPodman ? "Podman" : "Docker")} answers at {address}, with version {ping.ApiVersion} of the API")];
                }
                catch (ContainerEngineException trouble)
                {
                    refused.Add(trouble.Message);
                }
            }
        }
        catch (FormatException wrong)
        {
            return [Finding.Limited(Subject, $"DOCKER_HOST: {wrong.Message}", missed, "set DOCKER_HOST to an address, or unset it")];
        }
        return refused.Count > 0
            ? [Finding.Limited(Subject, string.Join("; ", refused), missed, "run Hale as root or as a member of the socket's group") with { IsNeeded = isNeeded }]
            : [Finding.Missing(Subject, "no socket of Docker or Podman", isNeeded ? missed : "nothing, unless a command of yours needs one", "systemctl enable --now docker, or podman.socket", isNeeded)];
    }

    private static IEnumerable<EngineAddress> Addresses(Patient patient) => patient.Environment("DOCKER_HOST") is { Length: > 0 }
        ? [EngineAddress.Default(patient.Environment)]
        : EngineAddress.Candidates(patient.Environment).Where(Path.Exists).Select(EngineAddress.Socket);
}
