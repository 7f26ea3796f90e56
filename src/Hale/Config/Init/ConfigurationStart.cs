namespace Hale.Config.Init;

/// <summary>The configuration that a person begins with.</summary>
public static class ConfigurationStart
{
    /// <summary>Hale's own port unless <c>hale.listen</c> names another.</summary>
    private const int OwnPort = 7411;

    /// <summary>
    /// Looks at this machine (processor, memory, file systems, listening ports and their programs, systemd) and writes a configuration that watches
    /// what is there, with suggestions as remarks. Connects to nothing.
    /// </summary>
    public static string ForThisMachine() => FirstConfiguration.Write(MachineSurvey.Take(OwnPort), Environment.MachineName);
}
