/* learned_file.c - a learned model as bytes of a file, checked when it is read
 * SPDX-License-Identifier: MIT
 */
#include "rules/learned.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHECKSUM = 32, ORDER = 0x01020304, VERSION = 1 };
static const char magic[8] = "RDRSLRN\n";

static void put(struct buffer *out, const void *bytes, size_t size)
{
    buffer_append(out, bytes, size);
}

static void put_count(struct buffer *out, uint32_t count)
{
    put(out, &count, sizeof count);
}

static void put_part(struct buffer *out, const struct learned_part *part)
{
    put_count(out, part->used);
    put(out, &part->trust, sizeof part->trust);
    put_count(out, part->examples);
    put_count(out, part->checked);
    put_count(out, part->rules_right);
    put_count(out, part->both_right);
    put_count(out, (uint32_t)part->class_count);
    for (size_t i = 0; i < part->class_count; i++) {
        put(out, part->names[i], LEARNED_NAME);
        put(out, &part->bias[i], sizeof part->bias[i]);
    }
}

/* magic, checksum of what follows; byte order, version, time, parts, scales, places of the rows, weights. */
int learned_write(const struct learned *learned, struct buffer *out, struct error *error)
{
    uint8_t checksum[CHECKSUM] = { 0 };
    put(out, magic, sizeof magic);
    put(out, checksum, sizeof checksum);
    put_count(out, ORDER);
    put_count(out, VERSION);
    put(out, &learned->made, sizeof learned->made);
    for (int p = 0; p < LEARNED_PARTS; p++)
        put_part(out, &learned->parts[p]);
    put(out, learned->scale, learned->columns * sizeof *learned->scale);
    put_count(out, learned->rows);
    for (uint32_t place = 0; place < LEARNED_PLACES; place++)
        if (learned->row[place]) {
            put_count(out, place);
            put(out, learned->weights + (size_t)learned->row[place] * learned->columns,
                learned->columns * sizeof *learned->weights);
        }
    size_t begin = sizeof magic + sizeof checksum;
    if (out->failed || gnutls_hash_fast(GNUTLS_DIG_SHA256, out->bytes + begin, out->size - begin, checksum) < 0)
        return error_set(error, ERROR_RETRY, "out of memory for the learned model");
    memcpy(out->bytes + sizeof magic, checksum, sizeof checksum);
    return 1;
}

struct reading {
    const char *bytes;
    size_t size, at;
    bool failed;
};

static void get(struct reading *in, void *target, size_t size)
{
    if (in->failed || size > in->size - in->at) {
        in->failed = true;
        memset(target, 0, size);
        return;
    }
    memcpy(target, in->bytes + in->at, size);
    in->at += size;
}

static uint32_t get_count(struct reading *in, uint32_t most)
{
    uint32_t count;
    get(in, &count, sizeof count);
    in->failed = in->failed || count > most;
    return in->failed ? 0 : count;
}

static double get_figure(struct reading *in)
{
    double figure;
    get(in, &figure, sizeof figure);
    in->failed = in->failed || !isfinite(figure) || fabs(figure) > 1e6;
    return in->failed ? 0 : figure;
}

static void get_part(struct reading *in, enum learned_part_id id, struct learned_part *part)
{
    enum urgency level;
    part->used = get_count(in, 1);
    part->trust = get_figure(in);
    part->examples = get_count(in, UINT32_MAX);
    part->checked = get_count(in, UINT32_MAX);
    part->rules_right = get_count(in, UINT32_MAX);
    part->both_right = get_count(in, UINT32_MAX);
    part->class_count = get_count(in, id == LEARNED_COMPLAINT ? 1 : id == LEARNED_URGENCY ? URGENCY_COUNT
                                                                                         : LEARNED_CLASSES_MAX);
    for (size_t i = 0; i < part->class_count && !in->failed; i++) {
        get(in, part->names[i], LEARNED_NAME);
        part->bias[i] = get_figure(in);
        in->failed = in->failed || part->names[i][LEARNED_NAME - 1] != '\0' ||
                     (id == LEARNED_URGENCY && !urgency_parse(part->names[i], &level));
    }
    in->failed = in->failed || part->trust < 0 || (part->used && part->class_count == 0);
}

static void get_rows(struct reading *in, struct learned *learned)
{
    uint32_t last = 0;
    for (uint32_t row = 1; row <= learned->rows && !in->failed; row++) {
        uint32_t place = get_count(in, LEARNED_PLACES - 1);
        in->failed = in->failed || (row > 1 && place <= last);
        last = place;
        get(in, learned->weights + (size_t)row * learned->columns, learned->columns * sizeof *learned->weights);
        if (!in->failed)
            learned->row[place] = row;
    }
    in->failed = in->failed || in->at != in->size;
}

static int broken(struct error *error, const char *why)
{
    return error_set(error, ERROR_INPUT, "the learned model %s", why);
}

static struct learned *read_body(struct reading *in, struct error *error)
{
    struct learned head = { 0 };
    if (get_count(in, UINT32_MAX) != ORDER) {
        broken(error, "was made on another kind of machine");
        return NULL;
    }
    if (get_count(in, UINT32_MAX) != VERSION) {
        broken(error, "has another version: learn anew");
        return NULL;
    }
    get(in, &head.made, sizeof head.made);
    for (int p = 0; p < LEARNED_PARTS; p++) {
        get_part(in, (enum learned_part_id)p, &head.parts[p]);
        head.columns += head.parts[p].class_count;
    }
    for (size_t c = 0; c < head.columns && !in->failed; c++)
        head.scale[c] = get_figure(in);
    head.rows = get_count(in, LEARNED_PLACES);
    struct learned *learned = in->failed ? NULL : learned_new(head.rows, head.columns);
    if (!learned) {
        if (in->failed)
            broken(error, "is damaged");
        else
            error_set(error, ERROR_RETRY, "out of memory for the learned model");
        return NULL;
    }
    learned->made = head.made;
    memcpy(learned->parts, head.parts, sizeof head.parts);
    memcpy(learned->scale, head.scale, sizeof head.scale);
    get_rows(in, learned);
    if (!in->failed)
        return learned;
    broken(error, "is damaged");
    learned_unref(learned);
    return NULL;
}

struct learned *learned_read(const void *bytes, size_t size, struct error *error)
{
    uint8_t checksum[CHECKSUM];
    size_t begin = sizeof magic + sizeof checksum;
    struct reading in = { .bytes = bytes, .size = size, .at = begin };
    if (size < begin || memcmp(bytes, magic, sizeof magic) != 0)
        broken(error, "is no learned model at all");
    else if (gnutls_hash_fast(GNUTLS_DIG_SHA256, in.bytes + begin, size - begin, checksum) < 0)
        error_set(error, ERROR_RETRY, "out of memory for the learned model");
    else if (memcmp(checksum, in.bytes + sizeof magic, sizeof checksum) != 0)
        broken(error, "is damaged: its checksum is wrong");
    else
        return read_body(&in, error);
    return NULL;
}

static char *read_file(const char *path, size_t *size, struct error *error)
{
    struct stat status;
    char *bytes = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) < 0)
        error_set(error, errno == ENOENT ? ERROR_ABSENT : ERROR_SETUP, "%s", strerror(errno));
    else if (!S_ISREG(status.st_mode) || status.st_size > LEARNED_BYTES_MAX)
        broken(error, "is no file, or too large");
    else if (!(bytes = malloc((size_t)status.st_size + 1)))
        error_set(error, ERROR_RETRY, "out of memory for the learned model");
    for (*size = 0; bytes && *size < (size_t)status.st_size;) {
        ssize_t got = read(fd, bytes + *size, (size_t)status.st_size - *size);
        if (got <= 0)
            break; /* what is missing shows in the checksum */
        *size += (size_t)got;
    }
    if (fd >= 0)
        close(fd);
    return bytes;
}

struct learned *learned_load(const char *path, struct error *error)
{
    size_t size;
    char *bytes = read_file(path, &size, error);
    struct learned *learned = bytes ? learned_read(bytes, size, error) : NULL;
    free(bytes);
    if (!learned)
        error_prefix(error, "%s", path);
    return learned;
}
