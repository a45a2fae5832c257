namespace Hongyan.Server.Demo;

/// <summary>Somebody of the demo.</summary>
internal sealed record DemoPerson(string Handle, string Name, string Region, string Signature);

/// <summary>Words that one of the demo's people writes.</summary>
internal sealed record DemoLine(string Sender, string Text);

/// <summary>A conversation of the demo: one's notes (one member), direct (two), or a group (titled, its maker first).</summary>
/// <param name="Title">The group's name; null for the other kinds.</param>
/// <param name="Members">Handles.</param>
/// <param name="Unread">Who has not read how many of the last lines; everybody else has read all.</param>
/// <param name="Lines">What is said, in order.</param>
internal sealed record DemoConversation(
    string? Title,
    IReadOnlyList<string> Members,
    IReadOnlyDictionary<string, int> Unread,
    IReadOnlyList<DemoLine> Lines
);

/// <summary>What a demo shows: people who know one another, what they have written, and one who waits to be let in.</summary>
internal static class DemoScript
{
    /// <summary>Everybody's password. It is no secret, so a demo is served on this machine only.</summary>
    public const string Password = "paper-goose-lantern";

    private const string Lin = "linxiaoyu";
    private const string Chen = "chenwei";
    private const string Emma = "emma";
    private const string Zhang = "zhangming";
    private const string Sofia = "sofia";

    private static readonly Dictionary<string, int> Nobody = [];

    /// <summary>Everybody but <see cref="Newcomer"/>. The first is the one to sign in as: most of it is hers.</summary>
    public static IReadOnlyList<DemoPerson> People { get; } =
    [
        new(Lin, "林晓雨", "上海", "慢慢走，比较快"),
        new(Chen, "陈伟", "杭州", "周末不加班"),
        new(Emma, "Emma Clarke", "Edinburgh", "Tea first, then everything else"),
        new(Zhang, "张明", "北京", ""),
        new(Sofia, "Sofia Rossi", "Bologna", "Maps, bread, bicycles"),
    ];

    /// <summary>Comes last and asks the first to become a contact; once that is done the demo is complete.</summary>
    public static DemoPerson Newcomer { get; } = new("noah", "Noah Williams", "Toronto", "");

    public const string NewcomersGreeting = "Hi Xiaoyu, it's Noah from the photo walk. Shall we swap pictures?";

    /// <summary>Who asked whom to become a contact, and with which words. All of them were accepted.</summary>
    public static IReadOnlyList<(string From, string To, string Greeting)> Contacts { get; } =
    [
        (Chen, Lin, "晓雨你好，我是陈伟，加一下"),
        (Lin, Emma, "Hi Emma, this is Xiaoyu!"),
        (Zhang, Lin, "我是张明"),
        (Lin, Sofia, "Ciao Sofia, Xiaoyu here."),
        (Chen, Zhang, ""),
        (Emma, Sofia, "So we can plan without spamming the group :)"),
    ];

    public static IReadOnlyList<DemoConversation> Conversations { get; } =
    [
        new(
            null,
            [Lin],
            Nobody,
            [
                new(Lin, "Packing list: rain jacket, head torch, two litres of water, the good thermos"),
                new(Lin, "护照有效期到 2031 年 5 月"),
            ]
        ),
        new(
            null,
            [Lin, Zhang],
            Nobody,
            [
                new(Zhang, "合同我看完了，第三条的日期写错了，应该是 12 月"),
                new(Lin, "谢谢！我改好再发你一版"),
                new(Zhang, "不急，周五之前就行"),
                new(Lin, "好的 👌"),
            ]
        ),
        new(
            null,
            [Lin, Sofia],
            Nobody,
            [
                new(Sofia, "I found the recipe: 500 g flour, 350 g water, 10 g salt, and patience."),
                new(Lin, "The last ingredient is the one I never have in the kitchen 😄"),
                new(Sofia, "It keeps well in the fridge overnight. The dough, I mean."),
                new(Lin, "Trying it tomorrow. I will report honestly."),
            ]
        ),
        new(
            "周末徒步 Weekend hike",
            [Lin, Chen, Emma, Zhang, Sofia],
            new Dictionary<string, int> { [Lin] = 3, [Zhang] = 6 },
            [
                new(Lin, "大家好！这周末去爬山，中文英文都可以说 / Chinese and English are both fine here"),
                new(Emma, "Lovely. Which route?"),
                new(Chen, "建议走西线，人少，风景也好"),
                new(Lin, "West route: about 12 km, 700 m up, back by four if nobody takes too many photos"),
                new(Sofia, "I make no promises about the photos."),
                new(Zhang, "天气预报说周六上午有小雨，下午转晴"),
                new(Emma, "A bit of rain before noon, then? I'm Scottish, that counts as sunshine ☀️"),
                new(Chen, "哈哈，那就说定了：周六早上七点半，地铁 2 号线出口集合"),
                new(Lin, "集合时间 7:30，迟到的人请喝咖啡 ☕"),
                new(Sofia, "Deal. I'll bring the bread."),
                new(Emma, "And I'll bring the thermos, since mine is the good one 😉"),
                new(Chen, "我带水果和急救包"),
            ]
        ),
        new(
            null,
            [Lin, Emma],
            Nobody,
            [
                new(Emma, "Did the letter arrive?"),
                new(Lin, "It did! Three weeks, two stamps and one coffee stain later."),
                new(Emma, "The coffee stain is original. I wanted it to feel personal."),
                new(
                    Lin,
                    "I'm answering on paper, so expect it around the new year. Until then: thank you, it made my whole week."
                ),
                new(Emma, "Then I'll keep writing. Some things are better when they take their time 🪿"),
                new(Lin, "Now the practical part: are your boots still alive?"),
                new(Emma, "One of them is."),
                new(
                    Lin,
                    "There is a cobbler two streets from me. He fixed mine in an hour and told me his whole life."
                ),
                new(Emma, "Sold. I'll come by on Friday after work, if you join me for noodles."),
                new(Emma, "The place with the green door?"),
                new(Lin, "The green door, half past six. I'll keep us a table by the window 🍜"),
                new(Emma, "Perfect."),
                new(Lin, "See you on Friday, then!"),
            ]
        ),
        new(
            null,
            [Lin, Chen],
            new Dictionary<string, int> { [Lin] = 2 },
            [
                new(Chen, "上次爬山的照片我整理好了，一共两百多张"),
                new(Lin, "这么多！挑二十张最好的就行 😄"),
                new(Chen, "挑了一晚上，还剩八十张。你站在云海前面那张特别好，想洗出来挂墙上"),
                new(Lin, "那张我也喜欢，记得给我留一张"),
                new(Lin, "周六你开车去还是坐地铁？"),
                new(Chen, "坐地铁，省得找停车位"),
                new(Lin, "那我们在换乘站见，一起走过去"),
                new(Chen, "好，我大概 7:10 到"),
                new(Lin, "早饭别吃了，我带我妈做的葱油饼"),
                new(Chen, "太好了，阿姨的葱油饼我能吃三张"),
                new(Lin, "给你留四张，路上爬不动可别怪饼"),
                new(Chen, "一言为定 👍"),
                new(Chen, "对了，上次你推荐的那本书我看完了，结尾真没想到，见面聊"),
            ]
        ),
    ];
}
