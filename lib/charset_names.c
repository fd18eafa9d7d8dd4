/* charset_names.c - the names that senders give to charsets
 * SPDX-License-Identifier: MIT
 */
#include "lib/charset.h"

#include <strings.h>

/* What senders write, and what they mean. ICU knows the other names itself. */
static const struct {
    const char *label, *name;
} meanings[] = {
    { "gb2312", "GB18030" },         { "gbk", "GB18030" },
    { "gb18030", "GB18030" },        { "gb_2312-80", "GB18030" },
    { "gb2312-80", "GB18030" },      { "gb-2312", "GB18030" },
    { "gb2312_charset", "GB18030" }, { "cp936", "GB18030" },
    { "936", "GB18030" },            { "ms936", "GB18030" },
    { "windows-936", "GB18030" },    { "euc-cn", "GB18030" },
    { "x-gbk", "GB18030" },          { "chinese", "GB18030" },
    { "hz-gb2312", "HZ-GB-2312" },   { "hz", "HZ-GB-2312" },
    { "big5", "Big5-HKSCS" },        { "big-5", "Big5-HKSCS" },
    { "cn-big5", "Big5-HKSCS" },     { "x-x-big5", "Big5-HKSCS" },
    { "cp950", "Big5-HKSCS" },       { "windows-950", "Big5-HKSCS" },
    { "big5hkscs", "Big5-HKSCS" },   { "iso-8859-1", "windows-1252" },
    { "iso8859-1", "windows-1252" }, { "iso_8859-1", "windows-1252" },
    { "latin1", "windows-1252" },    { "latin-1", "windows-1252" },
    { "cp1252", "windows-1252" },    { "ansi", "windows-1252" },
    { "iso-8859-9", "windows-1254" }, { "iso-8859-11", "windows-874" },
    { "tis-620", "windows-874" },    { "iso-8859-8-i", "iso-8859-8" },
    { "iso-8859-8-e", "iso-8859-8" }, { "iso-8859-6-i", "iso-8859-6" },
    { "iso-8859-6-e", "iso-8859-6" }, { "shift_jis", "windows-31j" },
    { "shift-jis", "windows-31j" },  { "sjis", "windows-31j" },
    { "x-sjis", "windows-31j" },     { "cp932", "windows-31j" },
    { "windows-932", "windows-31j" }, { "euc-kr", "windows-949" },
    { "ks_c_5601-1987", "windows-949" }, { "ks_c_5601", "windows-949" },
    { "ksc5601", "windows-949" },    { "ksc_5601", "windows-949" },
    { "cp949", "windows-949" },      { "uhc", "windows-949" },
    { "iso-2022-jp-ms", "ISO-2022-JP" }, { "cp50220", "ISO-2022-JP" },
    { "cp50221", "ISO-2022-JP" },    { "unicode-1-1-utf-7", "UTF-7" },
    { "utf8", "UTF-8" },             { "utf-8mb4", "UTF-8" },
    { "utf8mb4", "UTF-8" },          { "unicode", "UTF-16" },
    { "cp1251", "windows-1251" },    { "cp-1251", "windows-1251" },
    { "koi8", "KOI8-R" },            { "koi8r", "KOI8-R" },
};

/* Labels that say nothing about bytes above 127. */
static const char *const empty_labels[] = {
    "us-ascii", "ascii", "ansi_x3.4-1968", "7bit", "8bit", "binary", "unknown", "unknown-8bit", "x-unknown",
    "default", "default_charset", "none", "iso-10646", "x-user-defined", "undefined", "unspecified",
        "%charset%",
};

const char *charset_meaning(const char *label)
{
    for (size_t i = 0; i < sizeof empty_labels / sizeof *empty_labels; i++)
        if (strcasecmp(label, empty_labels[i]) == 0)
            return NULL;
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strcasecmp(label, meanings[i].label) == 0)
            return meanings[i].name;
    return *label ? label : NULL;
}
