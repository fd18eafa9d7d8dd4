/* imprint.c - what a text leaves behind for learning: hashed pieces, never text
 * SPDX-License-Identifier: MIT
 */
#include "rules/imprint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rules/combine.h"

enum { TEXT_MAX = 4096, SCRATCH_MAX = 5 * TEXT_MAX, LATIN_LEAST = 3, LATIN_MOST = 5, CHINESE_MOST = 3, VERSION = 1,
       NAME_MAX_BYTES = 64, COMPLAINT_LIMIT = 60 };

struct piece_list {
    uint32_t *pieces;
    size_t count;
};

static int out_of_memory(struct error *error)
{
    return error_set(error, ERROR_RETRY, "out of memory for what learning keeps");
}

/* FNV-1a, then mixed so that its upper bits may be cut off. */
static uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        hash = (hash ^ (byte >= '0' && byte <= '9' ? '0' : byte)) * UINT64_C(1099511628211);
    }
    return hash;
}

static uint32_t place_of(uint64_t hash, uint32_t places)
{
    hash ^= hash >> 33;
    hash *= UINT64_C(0xff51afd7ed558ccd);
    hash ^= hash >> 33;
    return (uint32_t)(hash % places);
}

static uint64_t begin(char kind)
{
    return hash_bytes(UINT64_C(14695981039346656037), &kind, 1);
}

static void add(struct piece_list *list, uint64_t hash)
{
    if (list->count < SCRATCH_MAX)
        list->pieces[list->count++] = place_of(hash, IMPRINT_WORDS);
}

static bool is_word(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '\'' || byte == '_';
}

/* The bytes of the character at a place of valid UTF-8. */
static size_t width_of(unsigned char byte)
{
    return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

static bool is_ideograph(const char *text, size_t size, size_t at)
{
    const unsigned char *p = (const unsigned char *)text + at;
    if (at + 3 > size || p[0] < 0xe4 || p[0] > 0xe9)
        return false;
    return normal_is_ideograph((uint32_t)((p[0] & 0x0f) << 12 | (p[1] & 0x3f) << 6 | (p[2] & 0x3f)));
}

/* A word, its pair with the word before, and its inner runs of letters with its ends marked. */
static void add_word(struct piece_list *list, const char *word, size_t length, const char *before, size_t before_length)
{
    char marked[40];
    add(list, hash_bytes(begin('w'), word, length));
    if (before)
        add(list, hash_bytes(hash_bytes(hash_bytes(begin('b'), before, before_length), " ", 1), word, length));
    if (length + 2 > sizeof marked)
        return;
    marked[0] = marked[length + 1] = '^';
    memcpy(marked + 1, word, length);
    for (size_t n = LATIN_LEAST; n <= LATIN_MOST; n++)
        for (size_t i = 0; i + n <= length + 2; i++)
            add(list, hash_bytes(begin('c'), marked + i, n));
}

static void add_ideographs(struct piece_list *list, const char *run, size_t size)
{
    for (size_t n = 1; n <= CHINESE_MOST; n++)
        for (size_t i = 0; i + 3 * n <= size; i += 3)
            add(list, hash_bytes(begin('h'), run + i, 3 * n));
}

static void add_text(struct piece_list *list, const char *text, size_t size)
{
    const char *before = NULL;
    size_t before_length = 0;
    for (size_t at = 0; at < size;) {
        size_t end = at;
        if (is_word((unsigned char)text[at])) {
            while (end < size && is_word((unsigned char)text[end]))
                end++;
            add_word(list, text + at, end - at, before, before_length);
            before = text + at;
            before_length = end - at;
        } else if (is_ideograph(text, size, at)) {
            while (is_ideograph(text, size, end))
                end += 3;
            add_ideographs(list, text + at, end - at);
            before = NULL;
        } else {
            end += width_of((unsigned char)text[at]);
            end = end < size ? end : size;
            if (text[at] != ' ' && text[at] != '\n') {
                add(list, hash_bytes(begin('p'), text + at, end - at));
                before = NULL;
            }
        }
        at = end;
    }
}

static int compare_places(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static size_t sort_and_unite(uint32_t *pieces, size_t count)
{
    size_t kept = 0;
    if (count)
        qsort(pieces, count, sizeof *pieces, compare_places);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || pieces[kept - 1] != pieces[i])
            pieces[kept++] = pieces[i];
    return kept;
}

int imprint_make(const struct evaluation *e, struct imprint *imprint, struct error *error)
{
    const struct pack_set *set = &e->rules->set;
    struct piece_list list = { .pieces = arena_alloc(e->arena, (SCRATCH_MAX + set->rule_count) * sizeof *list.pieces) };
    size_t size = e->text.size < TEXT_MAX ? e->text.size : TEXT_MAX;
    if (!list.pieces)
        return out_of_memory(error);
    add_text(&list, e->text.text, size);
    list.count = sort_and_unite(list.pieces, list.count);
    size_t rules = list.count < IMPRINT_PIECES_MAX - 1000 ? list.count : IMPRINT_PIECES_MAX - 1000;
    list.count = rules;
    for (size_t i = 0; i < set->rule_count && list.count < IMPRINT_PIECES_MAX; i++)
        if (e->counts[i])
            list.pieces[list.count++] = IMPRINT_WORDS + place_of(hash_bytes(begin('r'), set->rules[i].id,
                                                                            strlen(set->rules[i].id)), IMPRINT_RULES);
    imprint->pieces = list.pieces;
    imprint->count = rules + sort_and_unite(list.pieces + rules, list.count - rules);
    return 1;
}

/* ---- As bytes: version, complaint, urgency, categories, pieces as growing differences --------------- */

struct writing {
    uint8_t *bytes;
    size_t size;
};

static void put_number(struct writing *out, uint32_t number)
{
    for (; number >= 0x80; number >>= 7)
        out->bytes[out->size++] = (uint8_t)(number | 0x80);
    out->bytes[out->size++] = (uint8_t)number;
}

/* Thousandths, with the sign in the last bit. */
static void put_figure(struct writing *out, double figure)
{
    int32_t thousandths = (int32_t)lround(fmin(fmax(figure, -COMPLAINT_LIMIT), COMPLAINT_LIMIT) * 1000);
    put_number(out, thousandths < 0 ? (uint32_t)-thousandths << 1 | 1 : (uint32_t)thousandths << 1);
}

int imprint_write(const struct imprint *imprint, struct arena *arena, const uint8_t **bytes, size_t *size,
                  struct error *error)
{
    size_t room = 64 + IMPRINT_CATEGORIES_MAX * (NAME_MAX_BYTES + 12) + imprint->count * 5;
    size_t categories = imprint->category_count < IMPRINT_CATEGORIES_MAX ? imprint->category_count : IMPRINT_CATEGORIES_MAX;
    struct writing out = { .bytes = arena_alloc(arena, room) };
    if (!out.bytes)
        return out_of_memory(error);
    put_number(&out, VERSION);
    put_figure(&out, imprint->complaint);
    put_figure(&out, imprint->urgency);
    put_number(&out, (uint32_t)categories);
    for (size_t i = 0; i < categories; i++) {
        size_t length = strlen(imprint->categories[i].id);
        length = length < NAME_MAX_BYTES ? length : NAME_MAX_BYTES;
        put_number(&out, (uint32_t)length);
        memcpy(out.bytes + out.size, imprint->categories[i].id, length);
        out.size += length;
        put_figure(&out, imprint->categories[i].score);
    }
    put_number(&out, (uint32_t)imprint->count);
    for (size_t i = 0; i < imprint->count; i++)
        put_number(&out, imprint->pieces[i] - (i ? imprint->pieces[i - 1] : 0));
    *bytes = out.bytes;
    *size = out.size;
    return 1;
}

struct reading {
    const uint8_t *bytes;
    size_t size, at;
    bool failed;
};

static uint32_t get_number(struct reading *in)
{
    uint32_t number = 0;
    for (int shift = 0; shift < 32 && in->at < in->size; shift += 7) {
        uint8_t byte = in->bytes[in->at++];
        number |= (uint32_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return number;
    }
    in->failed = true;
    return 0;
}

static double get_figure(struct reading *in)
{
    uint32_t number = get_number(in);
    in->failed = in->failed || number >> 1 > COMPLAINT_LIMIT * 1000;
    return (number & 1 ? -1.0 : 1.0) * (number >> 1) / 1000;
}

static int get_categories(struct reading *in, struct arena *arena, struct imprint *imprint)
{
    struct ranked_category *categories = arena_alloc(arena, IMPRINT_CATEGORIES_MAX * sizeof *categories);
    uint32_t count = get_number(in);
    if (!categories)
        return -1;
    for (uint32_t i = 0; i < count && !in->failed && i < IMPRINT_CATEGORIES_MAX; i++) {
        uint32_t length = get_number(in);
        if (in->failed || length > NAME_MAX_BYTES || length > in->size - in->at) {
            in->failed = true;
            break;
        }
        categories[i].id = arena_strndup(arena, (const char *)in->bytes + in->at, length);
        in->at += length;
        categories[i].score = get_figure(in);
        if (!categories[i].id)
            return -1;
    }
    in->failed = in->failed || count > IMPRINT_CATEGORIES_MAX;
    imprint->categories = categories;
    imprint->category_count = in->failed ? 0 : count;
    return 1;
}

static int get_pieces(struct reading *in, struct arena *arena, struct imprint *imprint)
{
    uint32_t count = get_number(in), place = 0;
    if (in->failed || count > IMPRINT_PIECES_MAX) {
        in->failed = true;
        return 1;
    }
    uint32_t *pieces = arena_alloc(arena, (count + 1) * sizeof *pieces);
    if (!pieces)
        return -1;
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        uint32_t step = get_number(in);
        in->failed = in->failed || (i && step == 0) || step >= IMPRINT_PLACES || place + step >= IMPRINT_PLACES;
        place += step;
        pieces[i] = place;
    }
    in->failed = in->failed || in->at != in->size;
    imprint->pieces = pieces;
    imprint->count = count;
    return 1;
}

int imprint_read(const uint8_t *bytes, size_t size, struct arena *arena, struct imprint *imprint, struct error *error)
{
    struct reading in = { .bytes = bytes, .size = size, .failed = size > IMPRINT_BYTES_MAX };
    *imprint = (struct imprint){ 0 };
    if (get_number(&in) != VERSION || in.failed)
        return error_set(error, ERROR_INPUT, "what learning keeps of a text has another version");
    imprint->complaint = get_figure(&in);
    imprint->urgency = get_figure(&in);
    if (get_categories(&in, arena, imprint) < 0 || (!in.failed && get_pieces(&in, arena, imprint) < 0))
        return out_of_memory(error);
    return in.failed ? error_set(error, ERROR_INPUT, "what learning keeps of a text is damaged at byte %zu", in.at) : 1;
}
