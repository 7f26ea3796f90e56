namespace Hale.Web.Endpoints;

/// <summary>What <c>/</c> answers.</summary>
internal static class IndexPage
{
    public const string Text = """
        Hale

        GET  /livez                                200 while the engine's loop is alive, otherwise 503
        GET  /readyz                               200 once every target has been judged, otherwise 503 with reasons
        GET  /metrics                              Prometheus text
        GET  /api/v1/status[?target=NAME]          the world at this moment
        GET  /api/v1/targets/NAME                  one target
        GET  /api/v1/targets/NAME/explain          why, what was done, what is next
        GET  /api/v1/history[?target=NAME&kind=KIND,KIND&before=ID&limit=100]
        POST /api/v1/check[?target=NAME]           try the checks now
        POST /api/v1/targets/NAME/rehearse         what the remedies would do; nothing is done
        POST /api/v1/targets/NAME/ORDER            pause, resume, stop, start, restart, approve or reject;
                                                   body: {"why": "deploy", "for": "30m"}
        GET, POST or HEAD /api/v1/heartbeat/TARGET/CHECK[/start|/fail|/EXIT-CODE]

        Commands go over the unix socket, or over TCP with the token:
          curl --unix-socket .hale/hale.sock -X POST http://hale/api/v1/targets/NAME/pause
          curl -H "Authorization: Bearer $HALE_TOKEN" -X POST http://127.0.0.1:7411/api/v1/check

        """;
}
