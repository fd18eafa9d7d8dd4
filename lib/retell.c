/* retell.c - gives an error that begins with a JSON pointer its file and line
 * SPDX-License-Identifier: MIT
 */
#include "lib/retell.h"

#include <string.h>

/* The value that a pointer names; *missing gets whether only its last key is not there. */
static const json_t *follow(const json_t *value, const char *pointer, bool *missing)
{
    *missing = false;
    while (value && *pointer == '/') {
        char key[sizeof ((struct error *)0)->text];
        size_t length = 0;
        for (pointer++; *pointer && *pointer != '/'; pointer++) {
            if (*pointer == '~' && (pointer[1] == '0' || pointer[1] == '1'))
                key[length++] = *++pointer == '0' ? '~' : '/';
            else
                key[length++] = *pointer;
        }
        key[length] = '\0';
        const json_t *next = NULL;
        if (json_is_object(value)) {
            next = json_object_get(value, key);
        } else if (json_is_array(value) && length && strspn(key, "0123456789") == length) {
            size_t index = 0;
            for (size_t i = 0; i < length; i++)
                index = index * 10 + (size_t)(key[i] - '0');
            next = json_array_get(value, index);
        }
        *missing = !next && !*pointer;
        value = next;
    }
    return *pointer ? NULL : value;
}

/* The cut after the pointer: a key may hold ": " itself, so a pointer to something that is there is
 * looked for first, then one that lacks its last key only. */
static char *find_cut(const struct document *document, char *text, bool may_lack_key)
{
    if (*text == ':')
        return text;
    for (char *cut = strstr(text, ": "); *text == '/' && cut; cut = strstr(cut + 1, ": ")) {
        bool missing;
        *cut = '\0';
        bool found = follow(document_root(document), text, &missing) || (may_lack_key && missing);
        *cut = ':';
        if (found)
            return cut;
    }
    return NULL;
}

int retell(const struct document *document, struct error *error)
{
    if (error->kind != ERROR_INPUT)
        return -1;
    struct error told = *error;
    char *cut = find_cut(document, told.text, false);
    if (!cut)
        cut = find_cut(document, told.text, true);
    if (!cut)
        return error_prefix(error, "%s", document_name(document));
    *cut = '\0';
    return document_fault(document, told.text, error, "%s", cut + 2);
}
