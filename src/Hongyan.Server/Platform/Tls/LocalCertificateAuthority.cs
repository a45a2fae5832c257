using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hongyan.Server.Platform.Tls;

/// <summary>
/// A certificate authority of this installation's own: made once, kept in the data directory, and good for this
/// machine's names alone. Who trusts it can talk to this server without warnings.
/// </summary>
internal sealed class LocalCertificateAuthority(string directory, TimeProvider time)
{
    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3650);

    // Apple's systems take no server certificate that is good for longer than 398 days.
    private static readonly TimeSpan LeafLife = TimeSpan.FromDays(397);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    /// <summary>The authority's certificate, to be trusted by devices.</summary>
    public string AuthorityFile => Path.Combine(directory, "hongyan-ca.crt");

    private string AuthorityKeyFile => Path.Combine(directory, "hongyan-ca.key");
    private string LeafFile => Path.Combine(directory, "server.crt");
    private string LeafKeyFile => Path.Combine(directory, "server.key");

    /// <summary>The server's certificate; made, or made again, when it is missing, near its end, or for other names.</summary>
    public X509Certificate2 GetServerCertificate(IReadOnlyCollection<string> names)
    {
        Directory.CreateDirectory(directory);
        using var authority = GetAuthority();
        if (File.Exists(LeafFile) && File.Exists(LeafKeyFile))
        {
            var existing = X509Certificate2.CreateFromPemFile(LeafFile, LeafKeyFile);
            if (IsGood(existing, authority, names))
            {
                return existing;
            }

            existing.Dispose();
        }

        return Issue(authority, names);
    }

    private bool IsGood(X509Certificate2 leaf, X509Certificate2 authority, IReadOnlyCollection<string> names) =>
        leaf.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime > RenewBefore
        && leaf.IssuerName.RawData.AsSpan().SequenceEqual(authority.SubjectName.RawData)
        && names.All(name => leaf.MatchesHostname(name, allowWildcards: false, allowCommonName: false));

    private X509Certificate2 GetAuthority()
    {
        if (File.Exists(AuthorityFile) && File.Exists(AuthorityKeyFile))
        {
            return X509Certificate2.CreateFromPemFile(AuthorityFile, AuthorityKeyFile);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(
            $"CN=Hongyan local CA {Convert.ToHexString(RandomNumberGenerator.GetBytes(4))}",
            key,
            HashAlgorithmName.SHA256
        );
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true)
        );
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        var authority = request.CreateSelfSigned(now.AddDays(-1), now + AuthorityLife);
        WriteKey(AuthorityKeyFile, key);
        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem() + "\n");
        return authority;
    }

    private X509Certificate2 Issue(X509Certificate2 authority, IReadOnlyCollection<string> names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names.First()}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "Server Authentication")], false)
        );
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false)
        );
        var now = time.GetUtcNow();
        var end = now + LeafLife < authority.NotAfter ? now + LeafLife : authority.NotAfter;
        using var certificate = request.Create(authority, now.AddDays(-1), end, RandomNumberGenerator.GetBytes(16));
        WriteKey(LeafKeyFile, key);
        File.WriteAllText(LeafFile, certificate.ExportCertificatePem() + "\n");
        return certificate.CopyWithPrivateKey(key);
    }

    private static void WriteKey(string path, ECDsa key)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.WriteLine(key.ExportPkcs8PrivateKeyPem());
    }
}
