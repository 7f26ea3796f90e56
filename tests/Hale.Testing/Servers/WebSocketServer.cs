using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hale.Testing.Servers;

/// <summary>WebSockets as ASP.NET Core serves them: <c>/echo</c> sends back, <c>/hello</c> greets, <c>/silent</c> says nothing, <c>/close</c> closes at once.</summary>
public static class WebSocketServer
{
    /// <summary>Starts it.</summary>
    public static Task<KestrelServer> StartAsync((string Certificate, string Key)? certificate = null) => KestrelServer.StartAsync(
        HttpProtocols.Http1,
        _ => { },
        app =>
        {
            app.UseWebSockets();
            app.Map("/echo", context => ServeAsync(context, EchoAsync));
            app.Map("/hello", context => ServeAsync(context, async (socket, stop) =>
            {
                await SayAsync(socket, $"hello {context.Request.Headers.Authorization}", stop);
                await EchoAsync(socket, stop);
            }));
            // It reads, since only who reads learns that the other side has gone.
            app.Map("/silent", context => ServeAsync(context, async (socket, stop) => _ = await socket.ReceiveAsync(new byte[4096], stop)));
            app.Map("/close", context => ServeAsync(context, (socket, stop) => socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, "go away", stop)));
            app.Map("/flood", context => ServeAsync(context, async (socket, stop) =>
            {
                while (socket.State == WebSocketState.Open)
                    await SayAsync(socket, new string('x', 8192), stop);
            }));
            app.Map("/plain", () => "no WebSocket here");
        },
        certificate);

    private static async Task ServeAsync(HttpContext context, Func<WebSocket, CancellationToken, Task> talk)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        var wanted = context.WebSockets.WebSocketRequestedProtocols;
        using var socket = await context.WebSockets.AcceptWebSocketAsync(wanted.Contains("chat") ? "chat" : null);
        try
        {
            await talk(socket, context.RequestAborted);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException)
        {
            // The other side went away.
        }
    }

    private static async Task EchoAsync(WebSocket socket, CancellationToken stop)
    {
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, stop) is { MessageType: not WebSocketMessageType.Close } received)
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, stop);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, stop);
    }

    private static Task SayAsync(WebSocket socket, string text, CancellationToken stop) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, stop);
}
