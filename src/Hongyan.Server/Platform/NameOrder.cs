using System.Globalization;
using System.Text;
using AnyAscii;

namespace Hongyan.Server.Platform;

/// <summary>Where a name stands in a list sorted by pinyin and Latin letters.</summary>
/// <param name="Initial">A to Z, or <see cref="Other"/> for a name that begins with no letter.</param>
/// <param name="SortKey">The romanized name in lower case, then the name itself; compared ordinally.</param>
internal readonly record struct NameOrder(string Initial, string SortKey)
{
    public const string Other = "#";

    /// <summary>Between the two halves of a sort key; below everything that a name can hold.</summary>
    private const char Separator = '\t';

    /// <summary>Emoji have long names; what comes after this many letters orders nothing anybody would notice.</summary>
    private const int MaxRomanized = 128;

    /// <summary>Surnames whose reading as a name differs from the character's most common reading.</summary>
    private static readonly Dictionary<string, string> Surnames = new(StringComparer.Ordinal)
    {
        ["万俟"] = "MoQi",
        ["尉迟"] = "YuChi",
        ["尉遲"] = "YuChi",
        ["长孙"] = "ZhangSun",
        ["長孫"] = "ZhangSun",
        ["单于"] = "ChanYu",
        ["單于"] = "ChanYu",
        ["曾"] = "Zeng",
        ["单"] = "Shan",
        ["單"] = "Shan",
        ["解"] = "Xie",
        ["仇"] = "Qiu",
        ["区"] = "Ou",
        ["區"] = "Ou",
        ["查"] = "Zha",
        ["盖"] = "Ge",
        ["蓋"] = "Ge",
        ["朴"] = "Piao",
        ["翟"] = "Zhai",
        ["覃"] = "Qin",
        ["缪"] = "Miao",
        ["繆"] = "Miao",
        ["乐"] = "Yue",
        ["樂"] = "Yue",
        ["折"] = "She",
        ["洗"] = "Xian",
        ["冼"] = "Xian",
        ["秘"] = "Bi",
        ["繁"] = "Po",
        ["种"] = "Chong",
        ["員"] = "Yun",
        ["员"] = "Yun",
        ["黑"] = "He",
    };

    /// <summary>The place of a name.</summary>
    public static NameOrder Of(string name)
    {
        var romanized = Romanize(name.Normalize(NormalizationForm.FormKC)).ToLowerInvariant();
        var first = romanized.Length > 0 && BeginsWithLetter(name) ? romanized[0] : '#';
        var initial = first is >= 'a' and <= 'z' ? char.ToUpperInvariant(first).ToString() : Other;
        var key = romanized.AsSpan(0, Math.Min(romanized.Length, MaxRomanized));
        return new NameOrder(initial, $"{key}{Separator}{name}");
    }

    private static string Romanize(string name)
    {
        for (var length = Math.Min(2, name.Length); length > 0; length--)
        {
            if (Surnames.TryGetValue(name[..length], out var reading))
            {
                return reading + name[length..].Transliterate();
            }
        }

        return name.Transliterate();
    }

    /// <summary>Signs and emoji have names in Latin letters too, but nobody looks for them there.</summary>
    private static bool BeginsWithLetter(string name) =>
        Rune.DecodeFromUtf16(name, out var first, out _) == System.Buffers.OperationStatus.Done && Rune.IsLetter(first);
}
