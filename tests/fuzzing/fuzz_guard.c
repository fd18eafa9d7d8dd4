/* fuzz_guard.c - any bytes are what an IMAP or SMTP server says: what reaches libetpan does not depend on the pieces in
 * which they come, and no limit is passed
 * SPDX-License-Identifier: MIT
 *
 * The first byte chooses the protocol, IDLE and the size of the pieces.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LITERAL_MAX = 300, BUDGET = 1 << 20 };

struct heard {
    char *bytes;
    size_t size;
    struct guard guard;
};

/* Pieces of `step` bytes, taken by `room` bytes. */
static void hear(struct heard *heard, const uint8_t *data, size_t size, size_t step, size_t room, uint8_t how)
{
    *heard = (struct heard){ .bytes = malloc(size + 1) };
    struct guard *guard = &heard->guard;
    guard_init(guard, how & 1 ? GUARD_SMTP : GUARD_IMAP);
    guard_command(guard, BUDGET, LITERAL_MAX);
    guard->observing = how & 2;
    int result = 1;
    for (size_t at = 0; at < size && result > 0; at += step) {
        result = guard_feed(guard, (const char *)data + at, step < size - at ? step : size - at);
        size_t left = size - heard->size, got;
        while ((got = guard_take(guard, heard->bytes + heard->size, room < left ? room : left)) > 0) {
            heard->size += got;
            left -= got;
        }
        if (how & 4)
            guard_rest(guard);
    }
    if ((result < 0) != (guard->fault != NULL) || (result < 0 && guard_feed(guard, "\r\n", 2) > 0))
        abort();
    if (guard->literal_left > LITERAL_MAX || (!guard->fault && guard->depth > GUARD_DEPTH_MAX) ||
        guard->line.size > GUARD_LINE_MAX + 1)
        abort();
    if (memchr(guard->text, '\0', GUARD_TEXT_SIZE) == NULL || guard_held(guard) != guard->line.size)
        abort();
}

static void forget(struct heard *heard)
{
    guard_release(&heard->guard);
    free(heard->bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct heard whole, pieces;
    uint8_t how = data[0];
    hear(&whole, data + 1, size - 1, size, size, how);
    hear(&pieces, data + 1, size - 1, 1 + (how >> 3) % 7, 1 + how % 5, how);
    const struct guard *a = &whole.guard, *b = &pieces.guard;
    if (a->fault != b->fault || whole.size != pieces.size || memcmp(whole.bytes, pieces.bytes, whole.size) != 0 ||
        a->status != b->status || a->arrived != b->arrived || a->changed != b->changed || a->went != b->went ||
        a->bye != b->bye || a->no_flags != b->no_flags || strcmp(a->text, b->text) != 0)
        abort();
    forget(&whole);
    forget(&pieces);
    return 0;
}
