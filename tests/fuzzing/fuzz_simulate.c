/* fuzz_simulate.c - any text is a simulation: clocks or one line of error, and the same each time
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ticket/simulate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    struct error error;
    struct document *document = document_from_text("fuzz.json", text, &error);
    if (document) {
        json_t *clocks = simulate_document(document, &error), *again = simulate_document(document, &error);
        if ((clocks == NULL) != (again == NULL) || (clocks && !json_equal(clocks, again)))
            abort();
        if (!clocks && (error.text[0] == '\0' || strpbrk(error.text, "\r\n")))
            abort();
        json_decref(clocks);
        json_decref(again);
    }
    document_free(document);
    free(text);
    return 0;
}
