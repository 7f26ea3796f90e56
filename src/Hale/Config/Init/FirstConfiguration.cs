using System.Text;
using System.Text.Json;

namespace Hale.Config.Init;

/// <summary>The first configuration of a machine: what is there is watched, and what a person may add stands beside it as a remark.</summary>
internal static class FirstConfiguration
{
    /// <summary>What stands before a line that is only suggested; without it the line is in its place.</summary>
    public const string Mark = "#|";

    private const string Head = """
        # All keys: docs/configuration.md, or "man hale.yaml".
        #   hale config check     every mistake at once
        #   hale check -v         one round of all checks, now
        #   hale run              watches, heals and tells; "hale reload" takes changes of this file
        # Lines that begin with "#|" are suggestions: take the mark away.

        targets:
          host:
            checks:
              cpu: { warn: 80%, fail: 95%, for: 5m }
              memory: { warn: 90%, fail: 95% }

        """;

    private const string Tail = """

        # A process that Hale starts, watches and restarts:
        #|  my-service:
        #|    process: [/usr/local/bin/my-service, --port, "8080"]
        #|    checks:
        #|      home: { http: http://localhost:8080/, every: 10s }

        # On any measurement, by CloudWatch's rules:
        #|alarms:
        #|  DiskFull: { metric: host/disk.used, above: 90%, period: 5m, datapoints: 2 of 2 }

        # Who is told. A file is a beginning; "hale notify test log" tries it.
        tell:
          log: { file: notices.jsonl }
        #|  ops: { webhook: { url: "https://chat.example.org/hook", format: slack } }
        #|  mail: { smtp: { server: "localhost:25", tls: "off", from: hale@example.org, to: you@example.org } }

        """;

    /// <summary>The text of the file, valid as it stands and without its marks.</summary>
    public static string Write(MachineSurvey found, string host)
    {
        var text = new StringBuilder($"# What Hale watches on {host}.\n{Head}");
        void Line(string line) => text.Append(line).Append('\n');

        var names = new HashSet<string>();
        foreach (var mount in found.Mounts)
            Line($"      {Unique("disk" + (mount.Path == "/" ? "" : Plain(mount.Path)), names)}: {{ disk: {Quoted(mount.Path)}, warn: 85%, fail: 95% }} # {mount.Type}");
        if (found.HasSystemd)
            Line("      units: { systemd: { system: true } } # fails while a unit has failed, and names it");
        Line("    # What may be deleted when a disk is full is for you to say: files below these folders that are older than this.");
        Line($"{Mark}    heal:");
        Line($"{Mark}      - clean: {{ roots: [/var/tmp], older: 30d }}");

        names = ["host", "my-service"];
        foreach (var program in found.Services.GroupBy(service => service.Program))
        {
            Line("");
            Line($"  {Unique(program.Key is null ? "services" : Plain(program.Key).TrimStart('-'), names)}:");
            Line("    checks:");
            foreach (var service in program)
                Line($"      port-{service.Port}: {Check(service)}");
        }
        return text.Append(Tail).ToString();
    }

    /// <summary>A look that is safe at whatever listens there, and the better one where the program's name tells what it speaks.</summary>
    private static string Check(Service service)
    {
        var address = Quoted(service.Address);
        return service.Program switch
        {
            "sshd" => $"{{ ssh: {address} }}",
            "redis-server" => $"{{ tcp: {address} }} # or {{ redis: {address} }}, which logs in and asks",
            "postgres" => $"{{ tcp: {address} }} # or postgres, with a user and a database: docs/probes/postgres.md",
            "master" or "exim4" or "smtpd" => $"{{ tcp: {address} }} # or {{ smtp: {address} }}, which waits for its greeting",
            "nginx" or "apache2" or "httpd" or "caddy" or "haproxy" or "lighttpd" => $"{{ tcp: {address} }} # better {{ http: http://{service.Address}/ }}, with the status that it should answer",
            _ => $"{{ tcp: {address} }}",
        };
    }

    /// <summary>Letters, digits and hyphens of a text: what a name may have.</summary>
    private static string Plain(string text)
    {
        var plain = new string([.. text.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]);
        return plain.Trim('-').Length == 0 ? "-other" : (plain.Length > 40 ? plain[..40] : plain).TrimEnd('-');
    }

    private static string Unique(string name, HashSet<string> taken)
    {
        var unique = name;
        for (var n = 2; !taken.Add(unique); n++)
            unique = $"{name}-{n}";
        return unique;
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
