namespace Hale.Testing.Servers;

/// <summary>A real nginx with a private configuration: plain HTTP, TLS with HTTP/2, TLS that asks for a certificate, and HTTP/2 without TLS.</summary>
public sealed class Nginx : IAsyncDisposable
{
    private readonly ServerProcess process;
    private readonly TestCertificates certificates;

    private Nginx(ServerProcess process, TestCertificates certificates) => (this.process, this.certificates) = (process, certificates);

    /// <summary>Port of plain HTTP.</summary>
    public required int Plain { get; init; }

    /// <summary>Port of HTTPS with HTTP/2; its certificate is for localhost and 127.0.0.1, by <see cref="Authority"/>, good for 60 days.</summary>
    public required int Secure { get; init; }

    /// <summary>Port of HTTPS that asks for a client's certificate, and speaks TLS 1.2 alone.</summary>
    public required int Mutual { get; init; }

    /// <summary>Port of HTTP/2 without TLS.</summary>
    public required int PlainHttp2 { get; init; }

    /// <summary>File with the certificate of the authority.</summary>
    public string Authority => certificates.Authority;

    /// <summary>File with a certificate for a client.</summary>
    public required string ClientCertificate { get; init; }

    /// <summary>File with the key of that certificate.</summary>
    public required string ClientKey { get; init; }

    /// <summary>Starts it in a folder, which gets its files.</summary>
    public static async Task<Nginx> StartAsync(string folder)
    {
        var certificates = new TestCertificates(folder);
        var (certificate, key) = certificates.Sign("server");
        var (clientCertificate, clientKey) = certificates.Sign("client", names: "client.example");
        int plain = Ports.Free(), secure = Ports.Free(), mutual = Ports.Free(), plainHttp2 = Ports.Free();
        File.WriteAllText(Path.Combine(folder, "users"), "watcher:{PLAIN}let me in\n");
        // $remote_user and the like are nginx's own variables.
        File.WriteAllText(Path.Combine(folder, "nginx.conf"), $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr;
            events { worker_connections 64; }
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                default_type text/plain;
                server {
                    listen 127.0.0.1:{{plain}};
                    location = /health { default_type application/json; return 200 '{"status": "ok", "queue": {"length": 3}, "workers": [{"name": "a"}]}'; }
                    location = /old { return 301 /health; }
                    location = /echo { return 200 "$request_method $http_x_test $http_authorization $server_protocol"; }
                    location = /down { return 503 "the database is gone"; }
                    location = /private { auth_basic "private"; auth_basic_user_file users; try_files /nothing @private; }
                    location @private { return 200 "welcome $remote_user"; }
                    location / { return 200 "It works, says nginx."; }
                }
                server {
                    listen 127.0.0.1:{{secure}} ssl http2;
                    ssl_protocols TLSv1.2 TLSv1.3;
                    ssl_certificate {{certificate}};
                    ssl_certificate_key {{key}};
                    location / { return 200 "$server_protocol $ssl_protocol $ssl_server_name $request_method $http_x_test $http_authorization"; }
                }
                server {
                    listen 127.0.0.1:{{mutual}} ssl;
                    ssl_certificate {{certificate}};
                    ssl_certificate_key {{key}};
                    ssl_client_certificate {{certificates.Authority}};
                    ssl_verify_client on;
                    ssl_protocols TLSv1.2;
                    location / { return 200 "$ssl_protocol $ssl_client_s_dn"; }
                }
                server {
                    listen 127.0.0.1:{{plainHttp2}} http2;
                    location / { return 200 "$server_protocol"; }
                }
            }
            """);
        var process = await ServerProcess.StartAsync(folder, plain, "nginx", "-p", folder, "-c", Path.Combine(folder, "nginx.conf"));
        return new(process, certificates)
        {
            Plain = plain,
            Secure = secure,
            Mutual = mutual,
            PlainHttp2 = plainHttp2,
            ClientCertificate = clientCertificate,
            ClientKey = clientKey,
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        certificates.Dispose();
    }
}
