using System.Text.Json;

namespace Hongyan.Load.Lean;

/// <summary>A place in JSON whose look is expected. A step that fails leaves the place where it was.</summary>
internal ref struct JsonCursor(ReadOnlySpan<byte> json, int at)
{
    private readonly ReadOnlySpan<byte> _json = json;

    public int At { get; private set; } = at;

    public bool Skip(ReadOnlySpan<byte> expected)
    {
        if (!_json[At..].StartsWith(expected))
        {
            return false;
        }

        At += expected.Length;
        return true;
    }

    /// <summary>A number of plain digits.</summary>
    public bool Number(out long value)
    {
        value = 0;
        var i = At;
        for (; i < _json.Length && (uint)(_json[i] - '0') <= 9; i++)
        {
            value = (value * 10) + (_json[i] - '0');
        }

        var found = i > At;
        At = i;
        return found;
    }

    public bool Take(int length, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (_json.Length - At < length)
        {
            return false;
        }

        taken = _json.Slice(At, length);
        At += length;
        return true;
    }

    /// <summary>The rest of a string whose first quote has been passed, and its last quote.</summary>
    public bool TakeString(out ReadOnlySpan<byte> text)
    {
        text = default;
        var end = At;
        while (true)
        {
            var step = _json[end..].IndexOfAny((byte)'"', (byte)'\\');
            if (step < 0)
            {
                return false;
            }

            end += step;
            if (_json[end] == '"')
            {
                text = _json[At..end];
                At = end + 1;
                return true;
            }

            end += 2; // a backslash, and what it escapes
            if (end > _json.Length)
            {
                return false;
            }
        }
    }

    /// <summary>Whatever value begins here.</summary>
    /// <exception cref="JsonException">None does.</exception>
    public void SkipValue()
    {
        var reader = new Utf8JsonReader(_json[At..]);
        reader.Read();
        reader.Skip();
        At += (int)reader.BytesConsumed;
    }
}
