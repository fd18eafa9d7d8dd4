/* extracted.h - the fields that rules can fill
 * SPDX-License-Identifier: MIT
 */
#ifndef RULES_EXTRACTED_H
#define RULES_EXTRACTED_H

#include <stddef.h>

enum extract_field { EXTRACT_PRODUCT, EXTRACT_BATCH, EXTRACT_CARRIER, EXTRACT_FIELDS, EXTRACT_NONE = EXTRACT_FIELDS };

struct extracted {
    const char **values;
    size_t count;
};

#endif
