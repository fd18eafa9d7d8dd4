/* signature.h - signatures, mobile footers, disclaimers, scanner and list footers
 * SPDX-License-Identifier: MIT
 */
#ifndef LIB_SIGNATURE_H
#define LIB_SIGNATURE_H

#include "lib/lines.h"

/* Marks as dropped what stands at the end of the text between the lines `begin` and `end` and is
 * no message of its writer. Lines already dropped are passed over. */
void signature_drop(struct lines *lines, size_t begin, size_t end);

#endif
