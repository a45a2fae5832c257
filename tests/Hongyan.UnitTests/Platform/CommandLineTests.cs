using Hongyan.Server.Platform;

namespace Hongyan.UnitTests.Platform;

public sealed class CommandLineTests
{
    [Fact]
    public void Parse_TakesValues_AfterASpaceOrAnEqualsSign()
    {
        var settings = CommandLine.Parse(["--port", "8080", "--data=/srv/hongyan", "--tls"], out var error);

        Assert.Null(error);
        Assert.Equal("8080", settings["Hongyan:Port"]);
        Assert.Equal("/srv/hongyan", settings["Hongyan:DataDirectory"]);
        Assert.Equal("true", settings["Hongyan:Tls:Enabled"]);
    }

    [Theory]
    [InlineData("--port abc is none; ports go from 0 to 65535.", "--port", "abc")]
    [InlineData("--port 65536 is none; ports go from 0 to 65535.", "--port=65536")]
    [InlineData("--port needs a value; see --help.", "--port")]
    [InlineData("Unknown option --tls=yes; see --help.", "--tls=yes")]
    [InlineData("Unknown option serve; see --help.", "serve")]
    public void Parse_SaysWhatIsWrong(string expected, params string[] args)
    {
        CommandLine.Parse(args, out var error);

        Assert.Equal(expected, error);
    }
}
