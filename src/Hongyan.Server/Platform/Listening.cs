using System.Net;
using Hongyan.Server.Platform.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Hongyan.Server.Platform;

/// <summary>Where the server listens, and what it says when it does.</summary>
internal static class Listening
{
    /// <summary>
    /// Judges the settings: without encryption only this machine is served, unless told otherwise in so many words.
    /// </summary>
    /// <returns>What is wrong, in one line, or null.</returns>
    public static string? Check(ServerOptions options)
    {
        if (options.Port is < 0 or > 65535)
        {
            return $"The port {options.Port} is none; ports go from 0 to 65535.";
        }

        if (!IPAddress.TryParse(options.Listen.Address, out var address))
        {
            return $"The address {options.Listen.Address} is none; give an IP address such as 127.0.0.1 or 0.0.0.0.";
        }

        if (!options.Tls.Enabled && !options.Listen.AllowPlainText && !IPAddress.IsLoopback(address))
        {
            return $"Refusing to listen on {address} without encryption: add --tls, or --insecure-listen-anywhere "
                + "if something in front of this server encrypts.";
        }

        if (options.Proxies.FirstOrDefault(proxy => NetworkOf(proxy) is null) is { } wrong)
        {
            return $"The proxy {wrong} is none; give IP addresses such as 10.0.0.2 or networks such as 10.0.0.0/24.";
        }

        if (options.Demo && !IPAddress.IsLoopback(address))
        {
            return $"Refusing to show a demo on {address}: everybody knows its people's password. Listen on 127.0.0.1, "
                + "or leave out --demo.";
        }

        return (options.Tls.CertificateFile.Length > 0) != (options.Tls.KeyFile.Length > 0)
            ? "Hongyan:Tls:CertificateFile and Hongyan:Tls:KeyFile go together."
            : null;
    }

    /// <summary>Makes Kestrel listen as the options say.</summary>
    /// <param name="builder">The server's.</param>
    /// <param name="options">Where, and how.</param>
    /// <param name="dataDirectory">Where the certificate is kept.</param>
    /// <param name="use">Gets to see connections before HTTP does, and after encryption.</param>
    public static void UseListening(
        this WebApplicationBuilder builder,
        ServerOptions options,
        string dataDirectory,
        Action<IConnectionBuilder> use
    )
    {
        var certificate = options.Tls.Enabled
            ? ServerCertificate.Load(options.Tls, dataDirectory, TimeProvider.System)
            : null;
        // What arrives is handled on the thread that hears of it, one hand-over less for each message. It is one of the
        // pool's, several at once, so whoever takes long keeps nobody waiting (ADR 0009).
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                IPAddress.Parse(options.Listen.Address),
                options.Port,
                listen =>
                {
                    if (certificate is not null)
                    {
                        listen.UseHttps(https =>
                        {
                            https.ServerCertificate = certificate.Leaf;
                            https.ServerCertificateChain = certificate.Chain;
                        });
                    }

                    use(listen);
                }
            )
        );
        if (certificate?.AuthorityFile is { } authority)
        {
            Console.WriteLine(ServerCertificate.HowToTrust(authority));
        }
    }

    /// <summary>Believes known proxies, and nobody else, about who calls, by which scheme and for which host.</summary>
    public static void AddProxies(this IServiceCollection services, ServerOptions options) =>
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.All & ~ForwardedHeaders.XForwardedPrefix;
            forwarded.ForwardLimit = null; // as many as there are known ones, counted from here
            foreach (var proxy in options.Proxies)
            {
                forwarded.KnownIPNetworks.Add(NetworkOf(proxy)!.Value);
            }
        });

    private static IPNetwork? NetworkOf(string proxy) =>
        IPNetwork.TryParse(proxy, out var network) ? network
        : IPAddress.TryParse(proxy, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;

    /// <summary>Where to find the server from this machine.</summary>
    public static Uri AddressOf(IServer server)
    {
        var address = new UriBuilder(server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
        if (IPAddress.TryParse(address.Host, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
        {
            address.Host = IPAddress.Loopback.ToString();
        }

        return address.Uri;
    }

    /// <summary>The line that says where to find the server; scripts wait for it.</summary>
    public static string ReadyLine(IServer server) => $"ready: {AddressOf(server).GetLeftPart(UriPartial.Authority)}";
}
