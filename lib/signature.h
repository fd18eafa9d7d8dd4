/* signature.h - signatures, mobile footers, disclaimers, scanner and list footers
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_SIGNATURE_H
#define LIB_SIGNATURE_H

#include "lib/lines.h"

/* Marks as dropped what stands at the end of the kept lines before `end` and is no message of its
 * writer: a signature behind its delimiter, closing and name, footers. Something is always left
 * unless the lines are footers of machines only. */
void signature_drop(struct lines *lines, size_t end);

/* The same where nothing but a closing with a name and addresses is left, as above a mail that is forwarded
 * without a word: all of it is dropped. */
void signature_drop_alone(struct lines *lines, size_t end);

/* Whether a line is what phones and mail programs put at the end ("Sent from my iPhone"). */
bool signature_is_mobile(const struct line *line);

#endif
