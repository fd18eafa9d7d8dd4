/* part.h - one part of a mail: its headers, its name, its decoded content
 * SPDX-License-Identifier: MIT
 *
 * Knows no tree of parts, no text and no list of attachments: mime.c has them.
 */
#ifndef LIB_PART_H
#define LIB_PART_H

#include <gmime/gmime.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/parameter.h"

struct part {
    struct parameter_list type, disposition;
    const char *name; /* decoded file name without its path, "" when there is none */
    bool attached;    /* Content-Disposition: attachment */
};

/* Reads the headers of a part; a type that is none counts as text/plain. 1, or 0 when the arena is full. */
int part_read(struct arena *arena, GMimeObject *object, struct part *part);

/* The parameters of one field of a part; without the field an empty list. 1, or 0 when the arena is full. */
int part_field(struct arena *arena, GMimeObject *object, const char *name, struct parameter_list *list);

/* The name behind the last slash of a path; "" for NULL. */
const char *part_base_name(const char *name);

/* The decoded content, NULL when the part has none or memory is out. The bytes belong to *stream, which the
 * caller unrefs when it is not NULL. Transfer encodings are known by all the names they are given ("base64;",
 * "\"quoted-printable\"", "uuencode"). */
GByteArray *part_decode(GMimeObject *object, GMimeStream **stream);

/* The same for words: what a mailing list writes in plain below a body in base64 comes as it stands. */
GByteArray *part_decode_words(GMimeObject *object, GMimeStream **stream);

/* Bytes of the decoded content, of an enclosed mail as a whole; nothing is kept of it. */
size_t part_decoded_size(GMimeObject *object);

#endif
