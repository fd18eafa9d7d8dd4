/* expression.c - reads the expressions that phrase.h makes
 * SPDX-License-Identifier: MIT
 */
#include "rules/expression.h"

#include <stdlib.h>
#include <string.h>

#include "rules/tree.h"

enum { DEPTH_MAX = 40, LITERAL_MAX = 250 };

struct reader {
    struct tree tree;
    const char *at;
    size_t depth;
};

/* "?", "*", "{m,n}" or nothing; false when it is anything else that begins so. */
static bool read_times(struct reader *reader, unsigned *least, unsigned *most)
{
    char *end;
    *least = *most = 1;
    if (*reader->at == '?' || *reader->at == '*') {
        *least = 0;
        *most = *reader->at++ == '?' ? 1 : EXPRESSION_RUN_MAX;
        return true;
    }
    if (*reader->at != '{')
        return true;
    *least = (unsigned)strtoul(reader->at + 1, &end, 10);
    if (*end != ',')
        return false;
    *most = (unsigned)strtoul(end + 1, &end, 10);
    reader->at = end + 1;
    return *end == '}' && *least <= *most && *most <= EXPRESSION_RUN_MAX;
}

/* The byte that an escape stands for; the reader is behind it then. */
static unsigned char read_byte(struct reader *reader)
{
    if (*reader->at != '\\')
        return (unsigned char)*reader->at++;
    char escaped = reader->at[1];
    char hex[3] = { escaped == 'x' ? reader->at[2] : '\0', escaped == 'x' && reader->at[2] ? reader->at[3] : '\0', '\0' };
    reader->at += escaped == 'x' ? 2 + strlen(hex) : 1 + (escaped != '\0');
    return escaped == 'n' ? '\n' : escaped == 'x' ? (unsigned char)strtoul(hex, NULL, 16) : (unsigned char)escaped;
}

static bool read_set(struct reader *reader, struct byte_set *set)
{
    bool inverse = *++reader->at == '^';
    *set = (struct byte_set){ 0 };
    reader->at += inverse;
    while (*reader->at && *reader->at != ']') {
        unsigned char from = read_byte(reader), to = from;
        if (reader->at[0] == '-' && reader->at[1] != ']' && reader->at[1]) {
            reader->at++;
            to = read_byte(reader);
        }
        for (unsigned byte = from; byte <= to; byte++)
            set->bits[byte >> 6] |= UINT64_C(1) << (byte & 63);
    }
    for (int i = 0; inverse && i < 4; i++)
        set->bits[i] = ~set->bits[i];
    return *reader->at++ == ']';
}

/* Bytes up to the next that is special or that a repetition follows. */
static uint32_t read_literal(struct reader *reader)
{
    char literal[LITERAL_MAX];
    size_t size = 0;
    do {
        const char *before = reader->at;
        literal[size++] = (char)read_byte(reader);
        if (size > 1 && (*reader->at == '?' || *reader->at == '*' || *reader->at == '{')) {
            reader->at = before;
            size--;
            break;
        }
    } while (size < LITERAL_MAX && *reader->at && !strchr("?*{}()[]|^$", *reader->at) && strncmp(reader->at, "\\b", 2));
    return tree_word(&reader->tree, literal, size);
}

static bool read_choice(struct reader *reader, uint32_t *node);

static bool read_item(struct reader *reader, uint32_t *node)
{
    struct byte_set set;
    unsigned least, most;
    char byte = *reader->at;
    if (byte == '^' || byte == '$' || (byte == '\\' && reader->at[1] == 'b')) {
        reader->at += byte == '\\' ? 2 : 1;
        *node = tree_place(&reader->tree, byte == '^' ? NODE_BEGIN : byte == '$' ? NODE_END : NODE_BOUNDARY);
        return true;
    }
    if (byte == '[') {
        if (!read_set(reader, &set) || !read_times(reader, &least, &most))
            return false;
        *node = tree_set(&reader->tree, set, least, most);
        return true;
    }
    if (byte == '(') {
        if (strncmp(reader->at, "(?:", 3) != 0)
            return false;
        reader->at += 3;
        if (!read_choice(reader, node) || *reader->at != ')')
            return false;
        reader->at++;
    } else
        *node = read_literal(reader);
    if (!read_times(reader, &least, &most))
        return false;
    if (least != 1 || most != 1)
        *node = tree_repeat(&reader->tree, *node, least, most);
    return true;
}

static bool read_chain(struct reader *reader, uint32_t *node)
{
    size_t base = reader->tree.count;
    while (*reader->at && *reader->at != '|' && *reader->at != ')') {
        if (strchr("?*{]}+", *reader->at) || !read_item(reader, node))
            return false;
        tree_push(&reader->tree, *node);
    }
    *node = tree_chain(&reader->tree, base);
    return true;
}

static bool read_choice(struct reader *reader, uint32_t *node)
{
    size_t base = reader->tree.count;
    if (++reader->depth > DEPTH_MAX || !read_chain(reader, node))
        return false;
    tree_push(&reader->tree, *node);
    while (*reader->at == '|') {
        reader->at++;
        if (!read_chain(reader, node))
            return false;
        tree_push(&reader->tree, *node);
    }
    reader->depth--;
    if (reader->tree.count - base > 1)
        *node = tree_choice(&reader->tree, base);
    else
        reader->tree.count = base;
    return true;
}

int expressions_read(struct expressions *expressions, const char *const *texts, size_t count, size_t *bad,
                     struct error *error)
{
    struct reader reader = { .tree = { .all = expressions } };
    int done = -1;
    *expressions = (struct expressions){ .roots = calloc(count + 1, sizeof *expressions->roots) };
    reader.tree.failed = !expressions->roots;
    for (size_t i = 0; i < count && !reader.tree.failed; i++) {
        reader.at = texts[i];
        reader.tree.count = reader.depth = 0;
        if ((!read_choice(&reader, &expressions->roots[i]) || *reader.at) && !reader.tree.failed) {
            *bad = i;
            error_set(error, ERROR_INPUT, "cannot be searched for: \"%.80s\"", texts[i]);
            goto out;
        }
    }
    if (reader.tree.failed) {
        error_set(error, ERROR_RETRY, "out of memory for the patterns");
        goto out;
    }
    expressions->root_count = count;
    done = 1;
out:
    tree_finish(&reader.tree);
    return done;
}

void expressions_release(struct expressions *expressions)
{
    free(expressions->nodes);
    free(expressions->words);
    free(expressions->items);
    free(expressions->sets);
    free(expressions->bytes);
    free(expressions->roots);
    *expressions = (struct expressions){ 0 };
}
