using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Hongyan.Server.Platform.Tls;

/// <summary>The certificate the server shows.</summary>
/// <param name="Leaf">The server's own, with its key.</param>
/// <param name="Chain">What stands between it and an authority, if anything.</param>
/// <param name="AuthorityFile">The local authority's certificate, when that issued it.</param>
internal sealed record ServerCertificate(
    X509Certificate2 Leaf,
    X509Certificate2Collection? Chain,
    string? AuthorityFile
)
{
    /// <summary>The operator's certificate files, or one of the local authority's.</summary>
    public static ServerCertificate Load(TlsSettings settings, string dataDirectory, TimeProvider time)
    {
        if (settings.CertificateFile.Length > 0)
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(settings.CertificateFile);
            var leaf = X509Certificate2.CreateFromPemFile(settings.CertificateFile, settings.KeyFile);
            return new ServerCertificate(leaf, chain, null);
        }

        var authority = new LocalCertificateAuthority(Path.Combine(dataDirectory, "tls"), time);
        return new ServerCertificate(authority.GetServerCertificate(OwnNames()), null, authority.AuthorityFile);
    }

    public static string HowToTrust(string authorityFile) =>
        $"""
            TLS: this server's certificate is signed by a local authority, made for this installation:
              {authorityFile}
            Trust it once on each device, and the warnings end:
              Linux    sudo cp {authorityFile} /usr/local/share/ca-certificates/ && sudo update-ca-certificates
                       (Chromium and Firefox: settings, certificates, authorities, import)
              macOS    sudo security add-trusted-cert -d -k /Library/Keychains/System.keychain {authorityFile}
              Windows  certutil -addstore Root hongyan-ca.crt
              Phones   send the file to the phone, open it, and enable it under certificate trust settings
              hongyan  hongyan login --ca {authorityFile} ...
            """;

    private static string[] OwnNames()
    {
        var names = new List<string> { "localhost", "127.0.0.1", "::1" };
        var host = Dns.GetHostName();
        if (Uri.CheckHostName(host) == UriHostNameType.Dns && !names.Contains(host))
        {
            names.Add(host);
        }

        return [.. names];
    }
}
