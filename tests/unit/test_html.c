/* test_html.c - HTML as the text that its reader sees
 * SPDX-License-Identifier: MIT
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "lib/arena.h"
#include "lib/html.h"
#include "tests/unit/reading_mail.h"

static void expect(const char *html, const char *text)
{
    struct arena *arena = arena_new(1 << 20);
    struct html_text result;
    assert_int_equal(html_to_text(arena, html, strlen(html), 65536, &result), 1);
    assert_string_equal(result.full, text);
    arena_free(arena);
}

static void expect_marked(const char *html, const char *marked)
{
    struct arena *arena = arena_new(1 << 20);
    struct html_text result;
    assert_int_equal(html_to_text(arena, html, strlen(html), 65536, &result), 1);
    assert_string_equal(result.marked, marked);
    arena_free(arena);
}

static void blocks_lists_and_tables_stand_in_reading_order(void **state)
{
    (void)state;
    expect("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree");
    expect("<div>one</div><div>two</div>", "one\ntwo");
    expect("<div>one<div>two</div></div>three", "one\ntwo\nthree");
    expect("<ul><li>a<li>b</ul><ol><li>c</li><li>d</li></ol>", "- a\n- b\n1. c\n2. d");
    expect("<table><tr><td>order</td><td>42</td></tr><tr><td>late</td></tr></table>", "order 42\nlate");
    expect("<h1>title</h1>text", "title\n\ntext");
    expect("a<br><br>b", "a\n\nb");
    expect("a<br><br><br><br>b<br/>c<p>d</p><p></p><p><br></p><p>e</p>", "a\n\n\nb\nc\n\nd\n\n\ne");
    expect("<p>Faults:</p><ol><li>leaks</li><li>rust<ul><li>inside</li></ul></li></ol>", "Faults:\n\n1. leaks\n2. rust\n- inside");
    expect("<table><tr><th>No.</th><th>Item</th></tr><tr><td>1</td><td>Kettle</td></tr></table><p>Broken.</p>",
           "No. Item\n1 Kettle\n\nBroken.");
    expect("<table><tr><td><table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table></td><td>d</td></tr></table>",
           "a b\nc\nd");
    expect("<dl><dt>Fault</dt><dd>leaks</dd></dl>", "Fault\nleaks");
}

static void white_space_and_entities_are_as_seen(void **state)
{
    (void)state;
    expect("  many \n\t spaces  here ", "many spaces here");
    expect("a&nbsp;b &lt;tag&gt; &#25237;&#x8bc9; &eacute;", "a b <tag> 投诉 é");
    expect("<pre>a  b\n  c</pre>", "a  b\n  c");
    expect("zero\xe2\x80\x8bwidth", "zerowidth");
    expect("<b>bo</b>ld", "bold");
    expect("", "");
}

static void what_nobody_sees_is_left_out(void **state)
{
    (void)state;
    expect("<html><head><title>t</title><style>p{}</style></head><body>x<script>alert(1)</script></body></html>", "x");
    expect("<div style=\"display:none\">preheader</div>x", "x");
    expect("<span style='font-size:0px'>a</span><span style=\"color:red;MSO-HIDE: all\">b</span>x", "x");
    expect("<span style=\"font-size:10px\">kept</span>", "kept");
    expect("<div style=\"visibility:hidden\">a</div><p hidden>b</p>x", "x");
    expect("<!-- c -->x<!--[if mso]>outlook<![endif]-->", "x");
    expect("<![if !vml]>seen<![endif]>", "seen");
    expect("<xml><o:p>w</o:p></xml>x", "x");
    expect("<!--[if gte mso 9]><xml><o:x>1</o:x></xml><![endif]--><p>A<!-- hidden -->B</p><!-- c --><p>C</p>", "AB\n\nC");
    expect("<!--[if !mso]><!--><p>for all others</p><!--<![endif]--><p>x</p>", "for all others\n\nx");
    expect("<div style=\"display:none;max-height:0px;overflow:hidden\">preview &zwnj;&nbsp;&zwnj;</div><p>Hello</p>", "Hello");
    expect("<span style=\"color:#fff;font-size:1px;line-height:1px\">preheader</span>x", "x");
    expect("<div style=\"height:0;overflow:hidden\">preheader</div>x", "x");
    expect("<span style=\"font-size:0.9em\">small</span> <span style=\"font-size:1em\">text</span>", "small text");
}

static void links_keep_their_words(void **state)
{
    (void)state;
    expect("see <a href=\"http://x.example/\">my order</a>", "see my order");
    expect("a <img src=x alt=\"photo\"> b", "a b");
}

static void history_and_signatures_are_marked(void **state)
{
    (void)state;
    expect_marked("new<div class=\"gmail_quote\">On x wrote:<blockquote "
                  "class=\"gmail_quote\">old</blockquote></div>",
                  "new\n\x06On x wrote:\n\x01\x02\x06old");
    expect_marked("new<blockquote type=\"cite\">old</blockquote>", "new\n\x01\x02old");
    expect_marked("new<div id=\"divRplyFwdMsg\">From: a</div>", "new\n\x04" "From: a");
    expect_marked("new<hr>old", "new\n\x05old");
    expect_marked("new<div class=\"x_a gmail_signature\">Anna</div>", "new\n\x03" "Anna");
    expect_marked("<blockquote style=\"margin:0 0 0 40px;border:none\">indented</blockquote>", "indented");
}

static void text_is_cut_at_its_limit(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct html_text result;
    assert_int_equal(html_to_text(arena, "<p>0123456789</p><p>abc</p>", 27, 12, &result), 1);
    assert_true(result.cut);
    assert_string_equal(result.full, "0123456789\n\n");
    arena_free(arena);
}

static void deep_nesting_and_open_tags_are_bounded(void **state)
{
    (void)state;
    static const char *const pieces[] = { "<div>", "<b><i>", "<", "<a href=\"", "</p>", "<table><tr><td>",
                                          "&#", "<!--", "<p></b>" };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct arena *arena = arena_new(8 << 20);
        size_t length = strlen(pieces[i]), size = 0;
        char *html = malloc(500000);
        for (; size + length <= 500000; size += length)
            memcpy(html + size, pieces[i], length);
        struct html_text result;
        clock_t begin = clock();
        assert_int_equal(html_to_text(arena, html, size, 65536, &result), 1);
        double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
        print_message("500 KB of %s: %.0f ms\n", pieces[i], seconds * 1000);
        assert_true(seconds < READING_PATIENCE);
        free(html);
        arena_free(arena);
    }
}

static void a_meta_names_the_charset(void **state)
{
    (void)state;
    char name[32];
    static const char html[] = "<meta http-equiv=Content-Type content=\"text/html; charset=gb2312\">";
    assert_int_equal(html_meta_charset(html, sizeof html - 1, name, sizeof name), 1);
    assert_string_equal(name, "gb2312");
    assert_int_equal(html_meta_charset("<meta charset=\"utf-8\">", 22, name, sizeof name), 1);
    assert_string_equal(name, "utf-8");
    assert_int_equal(html_meta_charset("<p>", 3, name, sizeof name), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_lists_and_tables_stand_in_reading_order),
        cmocka_unit_test(white_space_and_entities_are_as_seen),
        cmocka_unit_test(what_nobody_sees_is_left_out),
        cmocka_unit_test(links_keep_their_words),
        cmocka_unit_test(history_and_signatures_are_marked),
        cmocka_unit_test(text_is_cut_at_its_limit),
        cmocka_unit_test(deep_nesting_and_open_tags_are_bounded),
        cmocka_unit_test(a_meta_names_the_charset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
