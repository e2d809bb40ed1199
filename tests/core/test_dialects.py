"""Markdown of site generators: the words stay, the code of other tools goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.content.dialects import to_common_markdown
from platform_core.content.html import render_markdown

PIECES = st.lists(
    st.sampled_from(
        [
            "{{<", "{{%", ">}}", "%}}", "{%", "%}", "{/*", "*/}", "<Box", "/>", ">", "`", "```\n",
            "\n", "\n\n", "[^1]", "[^1]: x", "^[", "[[", "]]", "![[", "](", ")", "{#a}", "{:", "}",
            ":::", "> [!NOTE]", "import a from 'b'", "export const a = 1", "{a}", "word", " ",
        ]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{{< figure src="/a.jpg" caption="A cup" >}}', "![A cup](</a.jpg>)\n\nA cup"),
        ("a {{< note >}}b{{< /note >}} c", "a b c"),
        ("{{% notice tip %}}b{{% /notice %}}", "b"),
        ("{{< youtube abc123DEF >}}", "<https://www.youtube.com/watch?v=abc123DEF>"),
        ('{% include a.html x="1" %}b', "b"),
        ("{% comment %}a{% endcomment %}b", "b"),
        ('![x]({{ "/a.jpg" | relative_url }})', "![x](/a.jpg)"),
        ("![x]({{ site.baseurl }}/a.jpg)", "![x](/a.jpg)"),
        ('[about]({{< ref "about.md" >}})', "about"),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
        ("# Head {#head .x}", "# Head "),
        ("![i](a.jpg){: .left}\n{: .note}", "![i](a.jpg)\n"),
        (":::note Title\nText\n:::", "Title\nText\n"),
        ("> [!NOTE]\n> hi", "> **NOTE** \n> hi"),
        ("[[Page|words]] [[Other]] ![[a b.png]]", "words Other ![](<a b.png>)"),
        ("import taxes are high", "import taxes are high"),
        ("a <b>c</b> <IMG SRC='x'>", "a <b>c</b> <IMG SRC='x'>"),
        ('<Box title="a > b" x={() => 1}>c</Box>', "c"),
        ('<Image src="/a.jpg" alt="A" />', "![A](</a.jpg>)"),
        ("[[1]](https://a.example)", "[[1]](https://a.example)"),
        ("[[a|b]](https://a.example)", "[[a|b]](https://a.example)"),
        ("<Anna.Lie@studio.example>", "<Anna.Lie@studio.example>"),
        ("a Map <String, Integer> is", "a Map <String, Integer> is"),
        ("a <> b", "a <> b"),
        ("a <Box> b </Box> <Box/> c", "a  b   c"),
    ],
)
def test_markup_of_one_generator_becomes_common(text: str, expected: str) -> None:
    assert to_common_markdown(text) == expected


def test_mdx_has_modules_and_expressions() -> None:
    text = (
        "import {\n  A,\n} from './a'\nimport B from \"../b\"\nexport const year = 2026\n\n"
        'Since {year}. {/* no */}{" "}{other()}\n'
    )
    assert to_common_markdown(text, is_mdx=True).split() == ["Since", "2026."]
    assert to_common_markdown("<>a</> {b}", is_mdx=True) == "a "


def test_a_constant_in_code_is_no_constant() -> None:
    text = "```js\nexport const year = 2026\n```\n\nSince {year}."
    assert to_common_markdown(text, is_mdx=True).endswith("Since .")


@pytest.mark.parametrize(
    "code",
    [
        "`{{< x >}} <Box />`",
        "```mdx\nimport a from 'b'\n<Box />\n```",
        "``a ` {% x %}``",
        "~~~\n[[x]]\n~~~",
        "```liquid\n{% highlight js %}\nlet x\n{% endhighlight %}\n```",
        "```\n{% highlight js %}\n```",
    ],
)
def test_code_stays_as_it_is(code: str) -> None:
    assert to_common_markdown(code, is_mdx=True) == code


def test_liquid_code_becomes_a_fence() -> None:
    text = "{% highlight js %}\nlet x = {% y %};\n{% endhighlight %}"
    assert to_common_markdown(text).strip() == "```js\nlet x = {% y %};\n```"


def test_a_fence_inside_of_liquid_code_stays_code() -> None:
    text = "{% highlight md %}\n```js\nlet x\n```\n{% endhighlight %}\n\n[[a]]"
    html = render_markdown(to_common_markdown(text))
    assert "```js\nlet x\n```" in html
    assert html.endswith("<p>a</p>")


def test_footnotes_are_numbered_in_the_order_of_the_text() -> None:
    html = render_markdown("A[^b] B[^a] `[^a]` [^0-9]\n\n[^a]: First *x*.\n    more\n[^b]: Second.")
    assert html.startswith("<p>A<sup>1</sup> B<sup>2</sup> <code>[^a]</code> [^0-9]</p>")
    assert "<ol><li>Second.</li><li>First <em>x</em>. more</li></ol>" in html


@given(PIECES)
def test_any_text_stays_text(text: str) -> None:
    for is_mdx in (True, False):
        assert "\x00" not in to_common_markdown(text, is_mdx=is_mdx)
    render_markdown(text)


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1, max_size=10))
def test_plain_words_are_kept(words: list[str]) -> None:
    assert to_common_markdown(" ".join(words), is_mdx=True) == " ".join(words)
