using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hale.Containers.Groups.Reading;
using Hale.Core.Containers;
using Hale.Tests.Config;
using Xunit;

namespace Hale.Tests.Containers;

/// <summary>The file of a group: what is read, what is refused and with which words, and what is told of it.</summary>
public sealed partial class GroupFileTests
{
    private static readonly string Page = Path.Combine(CorpusFiles.Repository, "docs/groups.md");
    private static readonly string Schema = Path.Combine(CorpusFiles.Repository, "schema/hale-group.schema.json");

    private static GroupFileResult Load(string yaml, Func<string, string?>? environment = null, string? session = null) =>
        GroupFile.LoadText(yaml, "group.yaml", "/srv/app/group.yaml", environment ?? (_ => null), session);

    private static ContainerGroupSpec Read(string yaml, Func<string, string?>? environment = null, string? session = null)
    {
        var result = Load(yaml, environment, session);
        Assert.Empty(result.Errors);
        return result.Spec!;
    }

    [Fact]
    public void The_page_and_the_schema_are_what_the_keys_say()
    {
        GeneratedFile.Check(Page, GroupFilePages.WritePage(File.ReadAllText(Page)));
        GeneratedFile.Check(Schema, GroupFilePages.WriteSchema());
    }

    [Fact]
    public void The_example_of_the_page_is_read_and_fits_the_schema()
    {
        var yaml = Yaml().Match(File.ReadAllText(Page)).Groups[1].Value;
        var spec = Read(yaml);
        Assert.Equal("job-17", spec.Session);
        Assert.Equal(["template", "processor", "db"], spec.Members.Select(member => member.Name));
        Assert.Empty(SchemaCheck.Errors(JsonNode.Parse(GroupFilePages.WriteSchema())!, yaml));
    }

    [Fact]
    public void The_groups_among_the_samples_are_read_and_fit_the_schema()
    {
        var files = Directory.GetFiles(Path.Combine(CorpusFiles.Repository, "samples"), "group.yaml", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            Assert.Empty(GroupFile.Load(file, _ => null).Errors);
            Assert.Empty(SchemaCheck.Errors(JsonNode.Parse(GroupFilePages.WriteSchema())!, File.ReadAllText(file)));
        }
    }

    [Theory]
    [InlineData("kind: template", 5550, ContainerGroupProbeKind.Http, "/")]
    [InlineData("kind: processor", 5551, ContainerGroupProbeKind.Http, "/")]
    [InlineData("kind: plugin", 5552, ContainerGroupProbeKind.Http, "/")]
    [InlineData("kind: resolver", 5553, ContainerGroupProbeKind.Http, "/")]
    [InlineData("kind: merger", 9000, ContainerGroupProbeKind.Http, "/")]
    [InlineData("kind: merger, port: 80, path: /ready?x=1", 80, ContainerGroupProbeKind.Http, "/ready?x=1")]
    [InlineData("port: 5432", 5432, ContainerGroupProbeKind.Tcp, "/")]
    [InlineData("port: 80, path: /", 80, ContainerGroupProbeKind.Http, "/")]
    [InlineData("port: 80, probe: { with: running }", 80, ContainerGroupProbeKind.Running, "/")]
    [InlineData("memory: 64MB", null, ContainerGroupProbeKind.Running, "/")]
    public void A_member_is_asked_as_its_kind_port_and_path_say(string keys, int? port, ContainerGroupProbeKind kind, string path)
    {
        var member = Read($"members: {{ web: {{ image: web, {keys} }} }}").Members.Single();
        Assert.Equal((port, kind, path), (member.Port, member.Probe.Kind, member.Probe.Path));
        Assert.Equal(["200"], member.Probe.Status);
        Assert.Equal((TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)), (member.Probe.Timeout, member.Probe.AttemptTimeout, member.Probe.Interval));
    }

    [Fact]
    public void Everything_that_can_be_written_is_read()
    {
        var spec = Read("""
            x-common: &common { image: "web:${TAG:-1}", env: { A: "${SECRET}" } }
            lease: 1h
            pull: never
            networks: { inner: { internal: true }, shared: { external: bridge7 }, plain: }
            volumes:
              area:
              data: { seed: { folder: ./seed }, keep: true }
              tools: { seed: { image: tools:1, path: /tools } }
              made: { seed: { image: tools:1, path: /out, command: [unzip, -d, /out] } }
            members:
              web:
                <<: *common
                command: serve --port 80
                entrypoint: [/init]
                port: 80
                replicas: 3
                depends_on: [db, db]
                networks: [shared, inner]
                mounts: [area:/area, data:/data:ro, ./conf:/etc/conf:ro, /var/log:/log]
                publish: [80, "8080:80", "127.0.0.1:8081:80", "[::1]:8082:80"]
                probe: { status: [200, 3xx], timeout: 2m, attempt_timeout: 1s, interval: 100ms, successes: 2 }
                memory: 64MB
                cpus: 0.5
                user: "1000:1000"
                grace: 0s
              db: { image: db:1, pull: always }
            """, name => name == "SECRET" ? "s3cret" : null);
        Assert.Equal(("/srv/app/group.yaml", TimeSpan.FromHours(1)), (spec.Session, spec.Lease));
        Assert.Equal([("inner", true, null), ("shared", false, "bridge7"), ("plain", false, null)], spec.Networks.Select(network => (network.Name, network.IsInternal, network.External)));
        Assert.Equal([null, "/srv/app/seed", null, null], spec.Volumes.Select(volume => volume.Seed?.Folder));
        Assert.Equal(["unzip", "-d", "/out"], spec.Volumes[3].Seed!.Command);
        Assert.Equal([false, true, false, false], spec.Volumes.Select(volume => volume.IsKept));
        var web = spec.Members[0];
        Assert.Equal(("web:1", ContainerGroupPull.Never, 3, 64L << 20, 0.5, "1000:1000", TimeSpan.Zero), (web.Image, web.Pull, web.Replicas, web.Memory, web.Cpus, web.User, web.Grace));
        Assert.Equal(["serve", "--port", "80"], web.Command);
        Assert.Equal("s3cret", web.Environment["A"]);
        Assert.Equal(["db"], web.DependsOn);
        Assert.Equal([new("area", null, "/area", false), new("data", null, "/data", true), new(null, "/srv/app/conf", "/etc/conf", true), new(null, "/var/log", "/log", false)], web.Mounts);
        Assert.Equal([new(80), new(80, 8080), new(80, 8081, "127.0.0.1"), new(80, 8082, "::1")], web.Publish);
        Assert.Equal(["200", "3xx"], web.Probe.Status);
        Assert.Equal((TimeSpan.FromMinutes(2), 2), (web.Probe.Timeout, web.Probe.Successes));
        Assert.Equal(ContainerGroupPull.Always, spec.Members[1].Pull);
    }

    [Theory]
    [InlineData("session: s\nmembers: { web: { image: web } }", null, "s")]
    [InlineData("session: s\nmembers: { web: { image: web } }", "other", "other")]
    [InlineData("session: ${JOB}\nmembers: { web: { image: web } }", null, "17")]
    [InlineData("members: { web: { image: web } }", null, "/srv/app/group.yaml")]
    public void The_session_is_what_is_ordered_else_what_is_written_else_the_file(string yaml, string? ordered, string session) =>
        Assert.Equal(session, Read(yaml, name => name == "JOB" ? "17" : null, ordered).Session);

    [Theory]
    [InlineData("members: {}", "1:10: members: names no member; name one, or leave \"members\" out")]
    [InlineData("session: a", "1:1: members: missing; it takes a mapping")]
    [InlineData("[a]", "1:1: found a list, expected a mapping with at least \"members\"")]
    [InlineData("members: { web: }", "1:17: members.web: found nothing, expected a mapping")]
    [InlineData("members: { web: { port: 80 } }", "1:12: members.web.image: missing; it takes a text")]
    [InlineData("members: { web: { image: a, imgae: b } }", "1:29: members.web.imgae: unknown key \"imgae\"; did you mean \"image\"?")]
    [InlineData("members: { web.1: { image: a } }", "1:12: members.web.1: \"web.1\" cannot name a member: it is a host name")]
    [InlineData("members: { web: { image: a, kind: proccessor } }", "did you mean \"processor\"?")]
    [InlineData("members: { web: { image: a, path: / } }", "1:35: members.web.path: it has to have a port to be asked at")]
    [InlineData("members: { web: { image: a, probe: { with: tcp } } }", "members.web.probe.with: it has to have a port to be asked at")]
    [InlineData("members: { web: { image: a, port: 80, path: ready } }", "\"ready\" is not a path; it begins with a slash and has no blanks; did you mean \"/ready\"?")]
    [InlineData("members: { web: { image: a, depends_on: [dv] }, db: { image: a } }", "1:42: members.web.depends_on[0]: there is no member \"dv\"; did you mean \"db\"?")]
    [InlineData("members: { a: { image: a, depends_on: b }, b: { image: a, depends_on: a } }", "members depend on each other in a circle: a → b → a")]
    [InlineData("members: { web: { image: a, networks: [other] } }", "there is no network \"other\"")]
    [InlineData("members: { web: { image: a, mounts: [data:/x] } }", "there is no volume \"data\"; name it under \"volumes\", or write ./ before a folder")]
    [InlineData("members: { web: { image: a, mounts: [data] } }", "\"data\" is not a mount; write volume:/where or ./folder:/where")]
    [InlineData("members: { web: { image: a, publish: [\"80:x\"] } }", "\"80:x\" is not a port; write 80, 8080:80 or 127.0.0.1:8080:80")]
    [InlineData("members: { web: { image: a, port: 80, probe: { status: [20] } } }", "'20' is not a status (200)")]
    [InlineData("members: { web: { image: a, replicas: 101 } }", "\"101\" is too large; at most 100")]
    [InlineData("volumes: { v: { seed: {} } }\nmembers: { web: { image: a, mounts: [v:/v] } }", "a volume is filled from a \"folder\" or from an \"image\": write one of the two")]
    [InlineData("volumes: { v: { seed: { folder: x, image: y } } }\nmembers: { web: { image: a, mounts: [v:/v] } }", "write one of the two")]
    [InlineData("volumes: { v: { seed: { image: y, path: / } } }\nmembers: { web: { image: a, mounts: [v:/v] } }", "write the absolute path of a folder in the image, such as /data")]
    [InlineData("volumes: { v: { seed: { folder: x } } }\nmembers: { web: { image: a } }", "no member mounts this volume")]
    [InlineData("networks: { n: { external: x, internal: true } }\nmembers: { web: { image: a } }", "a network that others made is as they made it")]
    [InlineData("session: \" \"\nmembers: { web: { image: a } }", "a session is a text of 1 to 500 characters")]
    [InlineData("session: ${NOPE}\nmembers: { web: { image: a } }", "the environment has no variable NOPE")]
    public void What_is_wrong_is_refused_with_its_place_and_what_would_be_right(string yaml, string words)
    {
        var result = Load(yaml);
        Assert.Null(result.Spec);
        Assert.Contains(words, string.Join('\n', result.Errors));
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        var result = Load("pull: sometimes\nvolumes: { V_1: }\nmembers:\n  web: { port: 0, memory: 1MB, command: [] }\n  db: { image: a, depends_on: [web, nobody] }\n");
        Assert.True(result.Errors.Count >= 6, string.Join('\n', result.Errors));
        Assert.Equal(result.Errors.OrderBy(error => error.Line).ThenBy(error => error.Column), result.Errors);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_and_no_exception()
    {
        Assert.Contains("there is no such file", Assert.Single(GroupFile.Load("/nowhere/group.yaml", _ => null).Errors).Message);
        Assert.Contains("this is a folder", Assert.Single(GroupFile.Load("/tmp", _ => null).Errors).Message);
        Assert.Single(GroupFile.Load("", _ => null).Errors);
    }

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Yaml();
}
